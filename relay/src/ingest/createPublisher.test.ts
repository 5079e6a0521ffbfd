import { type Acceptance, type Assignment, StreamCover, StreamListing } from '@lp/contracts/protocol'
import { type Hex, keccak256 } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { domain, type IngestHost, jobId, startIngest, streamId, streamKey } from '../../testbeds/ingest'
import { createNodeTransport, startWebRtc } from '../../testbeds/wrtc'
import type { BinarySocketConstructor } from '../mesh/WebSocketChannel'
import { createPublisher } from './createPublisher'
import { Intake } from './Intake'
import type { Progress } from './Progress'
import type { Publisher, PublisherOptions } from './Publisher'
import type { Worker } from './Worker'

const webRtc = startWebRtc()
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
afterAll(() => webRtc.cleanup())

/** A transcoder that receives segments over WebSocket, and acknowledges each segment without transcoding it. */
async function transcoder({
  key = privateKeyToAccount(generatePrivateKey()),
  port = 0,
  received = [] as bigint[],
  assignments = [] as Assignment.Assignment[],
  covers = [] as StreamCover.StreamCover[],
  listings = [] as StreamListing.StreamListing[],
} = {}) {
  const worker: Worker = {
    get nextSequence() {
      return received.length === 0 ? 0n : (received.at(-1) as bigint) + 1n
    },
    renditionKey: key.address,
    settled: Promise.resolve(),
    maxPayloadBytes: 1_000_000,
    assigned: async (assignment: Assignment.Assignment, _: Acceptance.Acceptance) => {
      assignments.push(assignment)
    },
    show: async (cover) => void covers.push(cover),
    list: async (listing) => void listings.push(listing),
    learnKey: async () => {},
    keyOf: () => undefined,
    begin: () => ({
      failed: new Promise(() => undefined),
      write() {},
      part() {},
      abort() {},
      async commit({ sequenceNumber }, payload): Promise<Hex> {
        received.push(sequenceNumber)
        return keccak256(payload)
      },
    }),
    refused(error) {
      throw error
    },
    ended: async () => {},
  }
  const offer = { jobId, streamId, domain, signer: key }
  const admission = { assertOpen() {}, enter() {}, active() {}, leave() {} }
  const host = await startIngest({ key, port, onBroadcaster: (link) => new Intake({ link, worker, offer, admission }) })
  let isClosed = false
  const close = async () => {
    if (isClosed) return
    isClosed = true
    await host.close()
  }
  closing.push(close)
  return { ...host, key, received, assignments, covers, listings, close }
}

function publish(
  relays: readonly Pick<IngestHost, 'url' | 'address'>[],
  {
    withWebRtc,
    ...options
  }: { withWebRtc?: boolean } & Pick<PublisherOptions, 'fromSequence' | 'assignments' | 'patienceMs' | 'cover'> = {},
) {
  const { publisher, leave } = createPublisher({
    ...{ streamId, streamKey, domain, jobId, socketAfterMs: 50, WebSocket: WebSocket as BinarySocketConstructor },
    // No relay of this file has a tracker, so WebRTC finds no relay.
    transport: withWebRtc ? createNodeTransport(webRtc) : undefined,
    candidates: relays.map(({ url, address }) => ({ address, serviceUri: url })),
    patienceMs: 200,
    ...options,
  })
  closing.push(leave)
  return publisher
}

function reached(publisher: Publisher, isReached: (progress: Progress) => boolean): Promise<Progress> {
  return new Promise((resolve) => {
    const stop = publisher.on('progress', (progress) => {
      if (!isReached(progress)) return
      stop()
      resolve(progress)
    })
  })
}

/** Records `segments` segments of `bytes` bytes. Resolves when all of them are acknowledged. */
async function record(publisher: Publisher, { segments, bytes = 1_000 }: { segments: number; bytes?: number }) {
  const wanted = publisher.progress.acknowledged + segments
  const done = reached(publisher, ({ acknowledged }) => acknowledged === wanted)
  for (let segment = 0; segment < segments; segment++) {
    publisher.begin(1_790_000_000_000)
    publisher.append(new Uint8Array(bytes).fill(segment))
    publisher.end(2_000)
  }
  return done
}

describe('a publisher', () => {
  test.each([
    ['where WebRTC is not possible', false],
    ['where WebRTC finds no connection', true],
  ])('streams over WebSocket %s, and ends the stream', async (_, withWebRtc) => {
    const relay = await transcoder()
    const publisher = publish([relay], { withWebRtc })
    expect(await record(publisher, { segments: 3, bytes: 300_000 })).toMatchObject({ refused: 0, dropped: 0 })
    expect(relay.received).toEqual([0n, 1n, 2n])
    const ended = reached(publisher, ({ phase }) => phase === 'ended')
    await publisher.stop()
    await ended
  })

  test('connects again when the connection breaks, and loses no segment', async () => {
    const first = await transcoder()
    const publisher = publish([first])
    await record(publisher, { segments: 2 })
    const interrupted = reached(publisher, ({ phase }) => phase === 'interrupted')
    await first.close()
    await interrupted
    const done = record(publisher, { segments: 2 })
    await transcoder(first)
    expect(await done).toMatchObject({ refused: 0, dropped: 0, transcoder: first.address })
    expect(first.received).toEqual([0n, 1n, 2n, 3n])
  })

  test('that was loaded again continues with the last transcoder, under a new Assignment from the first unused number', async () => {
    const [first, second] = [await transcoder(), await transcoder()]
    const before = publish([second])
    await record(before, { segments: 2 })
    const { assignments } = before
    closing.pop()?.()
    const after = publish([first, second], { fromSequence: 4n, assignments, patienceMs: 60_000 })
    expect(await record(after, { segments: 2 })).toMatchObject({ refused: 0, transcoder: second.address })
    expect([first.received, second.received]).toEqual([[], [0n, 1n, 4n, 5n]])
    expect(second.assignments.map(({ fromSequence }) => fromSequence)).toEqual([0n, 4n])
    const signaturesOf = (all: readonly Assignment.Assignment[]) => all.map(({ signature }) => signature)
    expect(signaturesOf(after.assignments)).toEqual(signaturesOf(second.assignments))
    await after.stop()
  })

  test('sends the signed title and poster to each transcoder that it chooses', async () => {
    const cover = await StreamCover.sign({ streamId, title: 'Trains', poster: '' }, streamKey, domain)
    const first = await transcoder()
    const publisher = publish([first], { cover })
    await record(publisher, { segments: 1 })
    expect(first.covers).toEqual([cover])
    const interrupted = reached(publisher, ({ phase }) => phase === 'interrupted')
    await first.close()
    await interrupted
    const done = record(publisher, { segments: 1 })
    const { covers } = await transcoder({ ...first, covers: [] })
    await done
    expect(covers).toEqual([cover])
  })

  test('sends the wish to be listed to each transcoder that it chooses, and a later wish immediately', async () => {
    const times = { startedAtMs: 1n, isListed: true, signedAtMs: 2n }
    const listing = await StreamListing.sign({ streamId, jobId, ...times }, streamKey, domain)
    const later = await StreamListing.sign({ streamId, jobId, ...times, signedAtMs: 3n }, streamKey, domain)
    const first = await transcoder()
    const publisher = publish([first])
    publisher.list(listing)
    await record(publisher, { segments: 1 })
    expect(first.listings).toEqual([listing])
    publisher.list(later)
    const interrupted = reached(publisher, ({ phase }) => phase === 'interrupted')
    await first.close()
    await interrupted
    const done = record(publisher, { segments: 1 })
    const { listings } = await transcoder({ ...first, listings: [] })
    await done
    expect(listings).toEqual([later])
  })

  test('does not send to a relay that is not a candidate', async () => {
    const [drawn, other] = [await transcoder(), await transcoder()]
    const publisher = publish([{ url: other.url, address: drawn.address }, drawn])
    expect(await record(publisher, { segments: 1 })).toMatchObject({ transcoder: drawn.address })
    expect(other.received).toEqual([])
  })
})
