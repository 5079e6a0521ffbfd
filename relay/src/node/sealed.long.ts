import { contractsOn } from '@lp/contracts/deployments'
import { Cheque, MpegTs, PayloadTree, SealedSegment, Segment, StreamPrice, Verdict } from '@lp/contracts/protocol'
import { localChainId } from '@lp/contracts/script/deploy'
import { connect } from '@lp/contracts/testbeds/localChain'
import { bytesToHex, type Hex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mineEachSecond, reached, setVerificationRate, startVerifier, statusWhen } from '../../testbeds/claims'
import { begin, play, sealedAt, startPage, startPayer, weiPerSegment } from '../../testbeds/sealed'
import {
  type Chain,
  domain,
  makeSegments,
  newTransport,
  postJob,
  startChain,
  startRelay,
} from '../../testbeds/startNode'
import { untilState } from '../../testbeds/viewer'
import * as Relay from '../client/Relay'
import { chainDirectory } from '../watch/chainDirectory'
import { Viewer } from '../watch/Viewer'

const { signal } = new AbortController()
/** Two epochs, and the first segment of a third. */
const count = 11
/** An epoch, and the first segment of a second. */
const few = 6
const cost = StreamPrice.ofEpoch({ weiPerSegment })

let chain: Chain
let relay: Awaited<ReturnType<typeof startRelay>>
let segments: Uint8Array[]
let verifier: Awaited<ReturnType<typeof startVerifier>>
beforeAll(async () => {
  chain = await startChain()
  segments = makeSegments(count)
  await setVerificationRate(chain, 2n)
  verifier = await startVerifier(chain)
  relay = await startRelay(chain, { partPatienceMs: 60_000 })
  await mineEachSecond(chain)
})
afterAll(async () => {
  verifier.stop()
  await relay.close()
  await chain.stop()
})

test('a paid stream: the payer plays, the non-payer holds ciphertext, and challenged segments are settled on chain', {
  timeout: 1_200_000,
}, async () => {
  const job = await postJob(chain)
  const page = await startPage(chain, job)
  const { publisher } = page
  const payer = await startPayer(chain, job)
  const freeRider = new Viewer({ streamId: job.streamId, domain, directory: chainDirectory(chain.client) })
  const live = Promise.all([untilState(payer.viewer, 'live'), untilState(freeRider, 'live')])
  begin(publisher, segments[0] as Uint8Array, 0)()
  await reached(publisher, ({ acknowledged }) => acknowledged === 1)
  await live
  expect(freeRider.getSnapshot().sale).toMatchObject({
    price: { weiPerSegment },
    servers: [{ signature: page.appointment.signature }],
  })
  await Promise.all([payer.viewer.join(newTransport), freeRider.join(newTransport)])
  expect(Buffer.from(await play(payer.viewer, 'source', 0)).equals(segments[0] as Uint8Array)).toBe(true)

  // The other segments are played while they grow: the source, and for one segment a rendition.
  for (let number = 1; number < few; number++) {
    const data = segments[number] as Uint8Array
    const level = number === 3 ? '120p' : 'source'
    const complete = begin(publisher, data, number)
    const playing = play(payer.viewer, level, number)
    await payer.viewer.news({ level, after: BigInt(number) - 1n, signal })
    complete()
    const played = await playing
    if (level === 'source') expect(Buffer.from(played).equals(data)).toBe(true)
    else expect(MpegTs.probe(played).video?.height).toBe(120)
    await reached(publisher, ({ acknowledged }) => acknowledged === number + 1)
  }
  // The payer has played segments of two epochs, and has paid for no other epoch.
  expect(payer.paid).toEqual([cost, cost])

  // The other viewer has the offer and signed headers of the ciphertext, but it cannot decrypt the segments.
  const place = { level: 'source', sequenceNumber: BigInt(few - 1), signal }
  await freeRider.news({ level: 'source', signal })
  await expect(freeRider.payload(place)).rejects.toMatchObject({ name: 'Unsealer.LockedError' })
  const held = freeRider.entries('source').at(-1)?.publication as Segment.Segment
  await Segment.verify(held, domain)
  expect(held.streamId).toBe(SealedSegment.streamIdOf(job.streamId))
  const at = Relay.at(relay.url, fetch) as Relay.Relay
  const sealed = (await Relay.payload(at, { dataHash: held.dataHash, signal }))?.data as Uint8Array
  await Segment.verifyPayload(held, sealed)
  const [plain, cipher] = [Buffer.from(segments[few - 1] as Uint8Array), Buffer.from(sealed)]
  expect(cipher.length).toBe(plain.length + SealedSegment.headBytes)
  expect(cipher.includes(plain.subarray(1_000, 1_032))).toBe(false)
  const plainHash = await PayloadTree.hash(plain)
  expect(await Relay.payload(at, { dataHash: plainHash, signal })).toBeUndefined()

  // About half of the segments are challenged. The verifier gets their plaintext by hash, and the transcoder is paid.
  await publisher.stop()
  page.close()
  const { claims } = await statusWhen(chain, relay.url, ({ claims }) =>
    claims.some(({ jobId, state }) => jobId === job.jobId && state === 'settled'),
  )
  expect(claims.find(({ jobId }) => jobId === job.jobId)?.claims).toMatchObject([{ state: 'paid' }])
  const events = {
    ...contractsOn(localChainId).claimsManager,
    args: { jobId: job.jobId },
    fromBlock: 0n,
    strict: true,
  } as const
  const reports = await chain.client.getContractEvents({ ...events, eventName: 'VerdictReported' })
  expect(reports.every(({ args }) => Verdict.fromNumber(args.verdict) === 'Valid')).toBe(true)
  const drawn = new Set(reports.map(({ args }) => Number(args.sequenceNumber)))
  for (const [number, data] of segments.slice(0, few).entries()) {
    const served = await Relay.payload(at, { dataHash: await PayloadTree.hash(data), signal })
    expect(served?.data).toEqual(drawn.has(number) ? new Uint8Array(data) : undefined)
  }
  // No transaction about the job discloses an epoch key.
  const all = await chain.client.getContractEvents({ ...contractsOn(localChainId).claimsManager, fromBlock: 0n })
  for (const hash of new Set(all.map(({ transactionHash }) => transactionHash))) {
    const { input } = await chain.client.getTransaction({ hash })
    for (const key of page.keys) expect(input).not.toContain(bytesToHex(key).slice(2))
  }

  // Only the broadcaster can cash what the buyer has paid.
  const [cheque] = page.till.cheques.map(({ cheque }) => cheque)
  expect(cheque?.cumulative).toBe(2n * cost)
  const { chequebook } = connect(chain.rpcUrl).user(5)
  await connect(chain.rpcUrl).mined(chequebook.write.cash([Cheque.paymentOf(cheque as Cheque.SignedCheque)]))
  payer.close()
  freeRider.close()
})

test('a paid stream goes on at another transcoder, which sells the keys of the stream over HTTP: no pair of key and counter encrypts two contents, and an epoch is paid once', {
  timeout: 1_200_000,
}, async () => {
  const other = await startRelay(chain, { partPatienceMs: 60_000 })
  const job = await postJob(chain)
  const page = await startPage(chain, job, { atRelay: true })
  const { publisher } = page
  // This viewer never joins the room, so it can buy keys only over HTTP.
  const payer = await startPayer(chain, job)
  const live = untilState(payer.viewer, 'live')
  for (let number = 0; number < 7; number++) {
    begin(publisher, segments[number] as Uint8Array, number)()
    await reached(publisher, ({ acknowledged }) => acknowledged === number + 1)
  }
  await live
  await play(payer.viewer, '120p', 6)
  const [first, second] = publisher.progress.transcoder === relay.address ? [relay, other] : [other, relay]
  const sealed = await sealedAt(first.url, job)
  expect(sealed).toHaveLength(3 * 7)

  // The handover is in the middle of an epoch, so two transcoders encrypt with the same epoch key.
  await first.close()
  for (let number = 7; number < 9; number++) begin(publisher, segments[number] as Uint8Array, number)()
  await reached(publisher, ({ acknowledged }) => acknowledged === 9)
  expect(publisher.progress.transcoder).toBe(second.address)
  const played = await play(payer.viewer, '120p', 7)
  expect(MpegTs.probe(played).video?.height).toBe(120)
  expect(payer.paid).toEqual([cost])

  // The second transcoder sells the keys from now on. Each transcoder has told the broadcaster of the cheques that it took.
  for (let number = 9; number < count; number++) begin(publisher, segments[number] as Uint8Array, number)()
  await reached(publisher, ({ acknowledged }) => acknowledged === count)
  expect(Buffer.from(await play(payer.viewer, 'source', count - 1)).equals(segments[count - 1] as Uint8Array)).toBe(
    true,
  )
  expect(payer.paid).toEqual([cost, cost])
  const byServer = page.incomes.map(({ splitee, splitBps, cumulative }) => [splitee, splitBps, cumulative])
  expect(byServer).toEqual([first, second].map(({ address }) => [address.toLowerCase(), 500, cost]))

  const contents = new Map<string, Hex>()
  for (const { pair, dataHash } of [...sealed, ...(await sealedAt(second.url, job))]) {
    expect(contents.get(pair) ?? dataHash).toBe(dataHash)
    contents.set(pair, dataHash)
  }
  await publisher.stop()
  page.close()
  payer.close()
  relay = second
})
