import type { Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { domain } from '../../testbeds/chequebook'
import { budget, createMarket, type Market, paidTerms, type Trader, Wire } from '../../testbeds/payments'
import type { Party } from '../mesh/Accounting'
import * as Acknowledgement from './Acknowledgement'
import { encode } from './messages'
import type { Terms } from './Terms'

const identities = 1_000
const seconds = 60
const videoBytesPerSecond = 400_000
/** In each second, a player needs four pieces. */
const piecesPerSecond = 4
const byteLength = videoBytesPerSecond / piecesPerSecond
const [contributors, others] = [
  { bytesPerSecond: 2_000_000, burstBytes: 10_000_000 },
  { bytesPerSecond: 1_000_000, burstBytes: 10_000_000 },
]
const terms: Terms = {
  ...{ ...paidTerms, maxDebtWei: 8_000_000n, videoBytesPerSecond },
  free: { each: { bytesPerSecond: 500_000, burstBytes: 2_000_000 }, contributors, others },
}

let market: Market
beforeEach(() => {
  market = createMarket()
})
afterEach(() => market.close())

/** An identity of the attacker, connected to the relay. `bans`: why the relay has banned it. */
function connectSybil(relay: Trader) {
  const account = privateKeyToAccount(generatePrivateKey())
  const { address } = account
  const party: Party = { ...relay.party, id: address, role: 'viewer', address: undefined, paymentKey: address }
  const sybil = { account, party, bytes: 0, bans: [] as string[] }
  relay.payments.met(party, { send() {}, askAgain() {}, ban: ({ name }) => sybil.bans.push(name) })
  return sybil
}
type Sybil = ReturnType<typeof connectSybil>

test(`an honest uploader plays without a stall, although ${identities} identities of an attacker ask for the free bytes before it, and acknowledge each other`, async () => {
  const relay = await market.open({ role: 'relay', terms })
  const sybils = Array.from({ length: identities }, () => connectSybil(relay))
  const { streamId } = relay.party
  const honest = await market.open()
  const payers = await Promise.all(
    Array.from({ length: 5 }, () => market.open({ budget: { ...budget, stepSeconds: 2, videoBytesPerSecond } })),
  )
  const asking = new Wire(relay, honest)
  const buying = payers.map((payer) => new Wire(relay, payer))
  const uploading = payers.map((payer) => new Wire(honest, payer))
  const quiet = async () => {
    for (const wire of [...uploading, asking, ...buying]) await wire.quiet()
  }
  await quiet()

  function steal(): void {
    const piece = { streamId, sequenceNumber: 0n, byteLength }
    for (const sybil of sybils)
      while (relay.payments.maySend(sybil.party, piece)) {
        relay.payments.sent(sybil.party, piece)
        sybil.bytes += byteLength
      }
  }
  /** An identity shows the statement of another identity, which says that it got a terabyte. */
  async function lie(at: number): Promise<void> {
    const [uploader, liar] = [sybils[at], sybils[at + 1]] as [Sybil, Sybil]
    const [acknowledger, source] = [liar, uploader].map(({ account }) => account.address.toLowerCase()) as [Hex, Hex]
    const statement = { streamId, acknowledger, uploader: source, bytes: 10n ** 12n }
    const acknowledgement = await Acknowledgement.sign(statement, liar.account, domain)
    relay.payments.hear(uploader.party, encode({ type: 'acknowledgement', acknowledgement }))
  }

  let [got, missed] = [0, 0]
  for (let second = 0; second < seconds; second++) {
    market.nowMs += 1_000
    steal()
    for (let at = 0; at < 4; at++) await lie(4 * second + at)
    // In each second, a payer gets one piece from the honest uploader, and buys its other pieces from the relay.
    for (const wire of uploading) wire.piece(honest, byteLength)
    for (const wire of buying) for (let at = 1; at < piecesPerSecond; at++) wire.piece(relay, byteLength)
    await quiet()
    steal()
    market.tick()
    await quiet()
    for (let at = 0; at < piecesPerSecond; at++) {
      if (asking.piece(relay, byteLength)) got++
      // Each payer signs its first statement after 1 MiB. Before that, nothing distinguishes the uploader from the identities of the attacker.
      else if (second >= 15) missed++
      await asking.quiet()
    }
  }
  expect(missed).toBe(0)
  const stolen = sybils.reduce((sum, { bytes }) => sum + bytes, 0)
  const free = [contributors, others].reduce((sum, rate) => sum + rate.burstBytes + rate.bytesPerSecond * seconds, 0)
  expect(stolen).toBeGreaterThan(others.burstBytes)
  expect(stolen + got * byteLength).toBeLessThanOrEqual(free)
  expect([asking, ...uploading, ...buying].flatMap(({ bans }) => bans)).toEqual([])
})
