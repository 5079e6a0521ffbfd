import { zeroAddress } from 'viem'
import { expect, test, vi } from 'vitest'
import type { Party, PartyLink } from '../mesh/Accounting'
import { encode } from './messages'
import { PriceWatch } from './PriceWatch'

const partyOf = (role: Party['role']): Party => ({
  ...{ id: '0x01', streamId: '0x01', role, address: undefined, paymentKey: undefined },
  capabilities: new Set(['payments'] as const),
})
const link = () => ({ send: vi.fn(), askAgain: vi.fn(), ban: vi.fn() }) satisfies PartyLink
const offer = (weiPerByte: bigint) =>
  encode({ type: 'offer', weiPerByte, credit: 0n, splitee: zeroAddress, splitBps: 0 })

test('PriceWatch reports the price of a relay, but neither the price of a viewer nor an offer of free bytes', () => {
  const onPrice = vi.fn()
  const watch = new PriceWatch(onPrice)
  const [relay, viewer] = [partyOf('relay'), partyOf('viewer')]
  for (const party of [relay, viewer]) watch.met(party, link())
  watch.hear(relay, offer(0n))
  watch.hear(viewer, offer(5n))
  expect(onPrice).not.toHaveBeenCalled()
  watch.hear(relay, offer(7n))
  expect(onPrice.mock.calls).toEqual([[7n]])
})

test('PriceWatch sends no payment message, requests bytes again when the relay gives free bytes, and bans a relay that sends malformed messages', () => {
  const watch = new PriceWatch(() => undefined)
  const [relay, to] = [partyOf('relay'), link()]
  watch.met(relay, to)
  watch.hear(relay, encode({ type: 'gift', amount: 10n }))
  expect(to.askAgain).toHaveBeenCalledOnce()
  watch.hear(relay, Uint8Array.of(1, 1))
  expect(to.ban).toHaveBeenCalledOnce()
  watch.left(relay)
  watch.hear(relay, encode({ type: 'gift', amount: 10n }))
  expect(to.askAgain).toHaveBeenCalledOnce()
  expect([watch.maySend(), to.send.mock.calls]).toEqual([true, []])
})
