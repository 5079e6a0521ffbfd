import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  balance,
  budget,
  createMarket,
  type Market,
  paidTerms,
  pieceBytes,
  pieceMs,
  Wire,
} from '../../testbeds/payments'

let market: Market
beforeEach(() => {
  market = createMarket()
})
afterEach(() => market.close())

const roles = { relay: { role: 'relay', terms: paidTerms }, payer: { budget } } as const

test.each(['payer', 'relay'] as const)(
  'after a restart, a %s that was killed and the other side count the same debt, although the other side still has the old connection',
  async (killed) => {
    const [relay, payer] = [await market.open(roles.relay), await market.open(roles.payer)]
    const old = new Wire(relay, payer)
    await old.quiet()
    await market.serve(old, relay, 110)
    const owed = balance(relay, payer)
    expect(owed > 0n).toBe(true)
    // The payer will never be able to check the last piece.
    old.piece(relay, pieceBytes, { isChecked: false })
    await old.quiet()

    const { account, store } = killed === 'payer' ? payer : relay
    const again = await market.open({ ...roles[killed], account, store })
    const pair = killed === 'payer' ? ([relay, again] as const) : ([again, payer] as const)
    const next = new Wire(...pair)
    await next.quiet()
    // The payer counts the last piece only if the relay says that it has sent the piece.
    const agreed = killed === 'payer' ? owed + BigInt(pieceBytes) : owed
    expect([balance(...pair), balance(pair[1], pair[0])]).toEqual([agreed, -agreed])
    expect(await market.serve(next, pair[0], 100)).toBe(100)
    old.lose(killed === 'payer' ? relay : payer)
    await next.quiet()
    expect(balance(...pair)).toBe(-balance(pair[1], pair[0]))
    expect([...old.bans, ...next.bans]).toEqual([])
  },
)

test('a relay that was killed gets the next cheque at once, on its new connection', async () => {
  const [relay, payer] = [await market.open(roles.relay), await market.open(roles.payer)]
  const old = new Wire(relay, payer)
  await old.quiet()
  await market.serve(old, relay, 60)
  const again = await market.open({ ...roles.relay, account: relay.account, store: relay.store })
  const next = new Wire(again, payer)
  await next.quiet()
  const before = again.cashier.outstanding
  expect(await market.serve(next, again, 60)).toBe(60)
  expect(again.cashier.outstanding > before).toBe(true)
})

test('a payer that was killed while the relay stored its cheque hears on its new connection that the relay has stored it, and the relay sends without a pause', async () => {
  const [relay, payer] = [await market.open(roles.relay), await market.open(roles.payer)]
  const old = new Wire(relay, payer)
  await old.quiet()
  await market.serve(old, relay, 60)
  const before = relay.cashier.outstanding
  const release = relay.store.hold()
  while (relay.store.open === 0) {
    old.piece(relay, pieceBytes)
    market.nowMs += pieceMs
    await old.deliverAll()
  }
  const again = await market.open({ ...roles.payer, account: payer.account, store: payer.store })
  const next = new Wire(relay, again)
  await next.deliverAll()
  expect(again.payments.paymentTo(relay.party)).toBe('sent')
  release()
  await next.quiet()
  expect(relay.cashier.outstanding > before).toBe(true)
  expect(again.payments.paymentTo(relay.party)).toBeUndefined()
  expect(balance(relay, again)).toBe(-balance(again, relay))
  expect(await market.serve(next, relay, 100)).toBe(100)
})
