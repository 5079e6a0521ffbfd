import { Hello } from '@lp/contracts/protocol'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { ChequebookModel } from '../../testbeds/chequebook'
import { domain, type Neighbourhood, openNeighbourhood, untilPeers } from '../../testbeds/mesh'
import { balance, paidTerms, type Trader } from '../../testbeds/payments'
import { createLevel, joinPieces, type Release, untilWhole, verifier } from '../../testbeds/pieces'
import { createSubsidy, type SubsidisedStream } from '../../testbeds/subsidies'
import { startWebRtc } from '../../testbeds/wrtc'
import type { Sharing } from '../mesh/pieces/Sharing'

const webRtc = startWebRtc()
let neighbourhood: Neighbourhood
let stream: SubsidisedStream
let chequebook: ChequebookModel
beforeEach(async () => {
  neighbourhood = await openNeighbourhood(webRtc)
  chequebook = new ChequebookModel()
  const { streamId, streamKey } = neighbourhood
  stream = createSubsidy({ chequebook, nowMs: () => performance.now(), streamId, streamKey })
})
afterEach(async () => {
  stream.close()
  await neighbourhood.close()
})
afterAll(() => webRtc.cleanup())

/** The greeting of a peer with this payment key. The key also proves the role of the peer. */
const greetingOf = ({ account }: Trader) => ({
  capabilities: ['payments'] as const,
  paymentKey: account.address,
  sign: (hello: Hello.Hello) => Hello.sign(hello, account, domain),
})

/** Resolves when `condition` holds after a payment event of one of the traders. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Promise.race(stream.traders.map(({ payments }) => payments.next('event')))
}

test('a broadcaster pays a relay, to the wei, for the bytes that viewers acknowledge, but at most the cap for a viewer that signs for more bytes than it got', async () => {
  const capBytes = 3_000_000n
  // A threshold of 8 MB: no viewer has to wait for a payment.
  const terms = { ...paidTerms, maxDebtWei: 10n ** 8n, videoBytesPerSecond: 400_000 }
  const admissions = { perMinute: 1_000, most: 2 }
  const sponsor = await stream.openSponsor({ capBytes, maxBytesPerSecond: 2e6, admissions })
  const relay = await stream.openRelay({ terms })
  const [honest, colluding] = [await stream.openViewer(), await stream.openViewer()]
  const level = createLevel()
  const isRelay = (address: string) => address === relay.account.address

  const selling = neighbourhood.join({
    ...{ pieces: { verifier }, accounting: relay.payments },
    hello: { role: 'relay', ...greetingOf(relay), isRelay },
  })
  // The broadcaster proves its role with the stream key. The signature covers the broadcaster's payment key.
  const sign = (hello: Hello.Hello) => Hello.sign(hello, neighbourhood.streamKey, domain)
  const broadcasting = neighbourhood.join({
    ...{ pieces: { verifier }, accounting: sponsor.payments },
    hello: { role: 'broadcaster', ...greetingOf(sponsor), sign, isRelay },
  })
  const join = (trader: Trader) =>
    joinPieces(neighbourhood, level, { accounting: trader.payments, hello: { ...greetingOf(trader), isRelay } })

  let watched = 0n
  const count = honest.payments.checked.bind(honest.payments)
  honest.payments.checked = (party, piece) => {
    watched += BigInt(piece.byteLength)
    count(party, piece)
  }
  const claim = colluding.payments.checked.bind(colluding.payments)
  colluding.payments.checked = (party, piece) => claim(party, { ...piece, byteLength: 10 * piece.byteLength })
  const [watching, cheating] = [join(honest), join(colluding)]
  await untilPeers(selling, 2)
  // The viewers must not help each other here.
  watching.mesh.limitUploads(0)
  cheating.mesh.limitUploads(0)
  while (sponsor.desk.admitted < 2) await sponsor.desk.next('admitted')

  const source = selling.mesh.pieces as Sharing
  for (let number = 0; number < 6; number++) {
    const releases = await level.segment(number)
    for (const { header, bytes } of releases) await source.offer(header, bytes)
    await untilWhole(watching.pieces, releases[0] as Release)
  }
  const sentTo = ({ id }: { id: string }) =>
    BigInt(selling.mesh.stats.neighbours.find((neighbour) => neighbour.id === id)?.bytesTo ?? 0)
  await until(() => relay.cashier.outstanding === watched + capBytes)

  const owed = watched + capBytes
  expect(watched >= 6n * 200_000n && watched <= sentTo(watching)).toBe(true)
  expect(sentTo(cheating) < capBytes).toBe(true)
  expect([sponsor.desk.spent, sponsor.payments.spent]).toEqual([owed, owed])
  expect([honest.payments.spent, colluding.payments.spent]).toEqual([0n, 0n])
  expect(balance(relay, honest)).toBe(-balance(honest, relay))
  await relay.cashier.review({ isStopping: true })
  expect(chequebook.received.get(relay.account.address.toLowerCase())).toBe(owed)
  expect([selling, broadcasting, watching, cheating].flatMap(({ bans }) => bans)).toEqual([])
}, 60_000)
