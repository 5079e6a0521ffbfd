import { Hello } from '@lp/contracts/protocol'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { ChequebookModel } from '../../testbeds/chequebook'
import { domain, type Neighbourhood, openNeighbourhood, untilPeers } from '../../testbeds/mesh'
import { balance, budget, openTrader, paidTerms, type Trader, type TraderOptions } from '../../testbeds/payments'
import { createLevel, joinPieces, type Release, untilWhole, verifier } from '../../testbeds/pieces'
import { startWebRtc } from '../../testbeds/wrtc'
import type { Sharing } from '../mesh/pieces/Sharing'

const webRtc = startWebRtc()
let neighbourhood: Neighbourhood
let chequebook: ChequebookModel
let traders: Trader[]
beforeEach(async () => {
  neighbourhood = await openNeighbourhood(webRtc)
  chequebook = new ChequebookModel()
  traders = []
})
afterEach(async () => {
  for (const { payments } of traders) payments.close()
  await neighbourhood.close()
})
afterAll(() => webRtc.cleanup())

async function open(options: Partial<TraderOptions>): Promise<Trader> {
  const trader = await openTrader({ chequebook, nowMs: () => performance.now(), ...options })
  chequebook.deposit(trader.account.address, 10n ** 9n)
  traders.push(trader)
  return trader
}

/** The greeting of a peer with this payment key. */
const greetingOf = ({ account }: Trader) => ({
  capabilities: ['payments'] as const,
  paymentKey: account.address,
  sign: (hello: Hello.Hello) => Hello.sign(hello, account, domain),
})

/** Resolves when `condition` holds after a payment event of one of the traders. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Promise.race(traders.map(({ payments }) => payments.next('event')))
}

test('a relay sends to a viewer that pays by cheques, but not to a viewer that does not pay; relay and payer count the same debt', async () => {
  const relay = await open({ role: 'relay', terms: paidTerms })
  const [payer, freeRider] = [await open({ budget }), await open({})]
  const level = createLevel()
  const isRelay = (address: string) => address === relay.account.address
  const selling = neighbourhood.join({
    pieces: { verifier },
    accounting: relay.payments,
    hello: { role: 'relay', ...greetingOf(relay) },
  })
  const join = (trader: Trader) =>
    joinPieces(neighbourhood, level, {
      accounting: trader.payments,
      hello: { ...greetingOf(trader), isRelay },
    })
  const [paying, riding] = [join(payer), join(freeRider)]
  await untilPeers(selling, 2)
  const source = selling.mesh.pieces as Sharing

  // No viewer gets bytes from the other viewer.
  paying.mesh.limitUploads(0)
  riding.mesh.limitUploads(0)
  const first = await level.segment(0)
  for (const { header, bytes } of first) await source.offer(header, bytes)
  const played = await untilWhole(paying.pieces, first[0] as Release)
  expect(Buffer.concat(first.map(({ bytes }) => bytes)).equals(played)).toBe(true)
  for (let number = 1; number < 6; number++) {
    const releases = await level.segment(number)
    for (const { header, bytes } of releases) await source.offer(header, bytes)
    await untilWhole(paying.pieces, releases[0] as Release)
  }
  const ofPayer = selling.mesh.stats.neighbours.find(({ id }) => id === paying.id)
  const ofFreeRider = selling.mesh.stats.neighbours.find(({ id }) => id === riding.id)
  expect(ofFreeRider?.bytesTo).toBe(0)
  expect(freeRider.events).toContainEqual({ type: 'refused', reason: 'unpaid', amount: 0n })

  const { cashier } = relay
  await until(() => cashier.outstanding === payer.payments.spent && balance(payer, relay) === -balance(relay, payer))
  expect(ofPayer?.bytesTo).toBeGreaterThanOrEqual(6 * 200_000)
  expect(balance(relay, payer) + cashier.outstanding).toBe(BigInt(ofPayer?.bytesTo ?? 0))

  await cashier.review({ isStopping: true })
  expect(chequebook.received.get(relay.account.address.toLowerCase())).toBe(payer.payments.spent)
  expect([...selling.bans, ...paying.bans, ...riding.bans]).toEqual([])
})
