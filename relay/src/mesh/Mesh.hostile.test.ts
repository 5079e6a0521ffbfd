import type { Hex } from 'viem'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Gateway, type Neighbourhood, openNeighbourhood, untilHaves, untilPeers } from '../../testbeds/mesh'
import { startWebRtc } from '../../testbeds/wrtc'
import { Emitter } from './Emitter'
import type { Peer } from './Peer'
import type { Held } from './SegmentStore'
import { type Channel, maxBufferedBytes } from './Transport'
import * as Wire from './wire'

const webRtc = startWebRtc()
let neighbourhood: Neighbourhood
beforeEach(async () => {
  neighbourhood = await openNeighbourhood(webRtc)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  return neighbourhood.close()
})
afterAll(() => webRtc.cleanup())

type Request = Wire.Message & { type: 'request' }

function answer(peer: Peer, { requestId }: Request, { segment, data }: Held) {
  peer.send({ type: 'header', requestId, segment, length: data.length })
  for (let offset = 0; offset < data.length; offset += Wire.maxDataBytes)
    peer.send({ type: 'data', requestId, offset, data: data.subarray(offset, offset + Wire.maxDataBytes) })
}

const flipped = (data: Uint8Array) => data.map((byte, at) => (at === 77_777 ? byte ^ 1 : byte))

type Lie = (peer: Peer, request: Request, segments: { asked: Held; old: Held }) => void

/** A peer that says that it holds segments 0 to 20, and answers every request with `lie`. */
function polluter(lie: Lie, segments: { asked: Held; old: Held }) {
  return neighbourhood.stranger((peer) => {
    peer.on('message', (message) => {
      if (message.type === 'request') lie(peer, message, segments)
    })
    const sequenceNumbers = Array.from({ length: 21 }, (_, index) => BigInt(index))
    peer.send({ type: 'have', streamId: neighbourhood.streamId, isWhole: true, sequenceNumbers })
  })
}

describe('a mesh among hostile peers', () => {
  test.each<[string, string, Lie]>([
    [
      'flips a bit',
      'Segment.WrongPayloadError',
      (peer, request, { asked }) => answer(peer, request, { ...asked, data: flipped(asked.data) }),
    ],
    [
      'sends an old payload with the new header',
      'Segment.WrongPayloadError',
      (peer, request, { asked, old }) => answer(peer, request, { segment: asked.segment, data: old.data }),
    ],
    ['sends an old segment', 'Download.WrongHeaderError', (peer, request, { old }) => answer(peer, request, old)],
    [
      'sends a forged header',
      'Download.WrongHeaderError',
      (peer, request, { asked, old }) =>
        answer(peer, request, { ...asked, segment: { ...asked.segment, dataHash: old.segment.dataHash } }),
    ],
    [
      'sends a shorter payload',
      'Segment.WrongPayloadError',
      (peer, request, { asked }) => answer(peer, request, { ...asked, data: asked.data.subarray(1) }),
    ],
    [
      'announces too many bytes',
      'Segment.PayloadTooLargeError',
      (peer, { requestId }, { asked }) =>
        peer.send({ type: 'header', requestId, segment: asked.segment, length: 2 ** 32 - 1 }),
    ],
    [
      'sends more bytes than announced',
      'Download.OutOfOrderError',
      (peer, { requestId }, { asked: { segment, data } }) => {
        peer.send({ type: 'header', requestId, segment, length: 1_000 })
        peer.send({ type: 'data', requestId, offset: 0, data: data.subarray(0, 1_001) })
      },
    ],
    [
      'leaves a gap',
      'Download.OutOfOrderError',
      (peer, { requestId }, { asked: { segment, data } }) => {
        peer.send({ type: 'header', requestId, segment, length: data.length })
        peer.send({ type: 'data', requestId, offset: 1, data: data.subarray(1, 1_000) })
      },
    ],
    [
      'sends an empty DATA message',
      'Download.OutOfOrderError',
      (peer, { requestId }, { asked: { segment, data } }) => {
        peer.send({ type: 'header', requestId, segment, length: data.length })
        peer.send({ type: 'data', requestId, offset: 0, data: new Uint8Array(0) })
      },
    ],
    [
      'answers a request that we did not send',
      'Neighbour.UnaskedError',
      (peer) => peer.send({ type: 'data', requestId: 4_000, offset: 0, data: Uint8Array.of(1) }),
    ],
    [
      'sends a message of the ingest protocol',
      'Neighbour.UnaskedError',
      (peer) => peer.send({ type: 'begin', sequenceNumber: 0n, startTimeMs: 0n }),
    ],
    [
      'sends a message with an unknown tag below 0x80',
      'Wire.UnknownTypeError',
      (peer) => peer.channel.send(Uint8Array.of(0x7f, 1, 2)),
    ],
  ])('bans a peer that %s, and gets the segment from the gateway', async (_, name, lie) => {
    const segments = { asked: await neighbourhood.segment(9), old: await neighbourhood.segment(8) }
    const ours = neighbourhood.join()
    const { id } = polluter(lie, segments)
    await untilHaves(ours, 1)
    const { from, payload } = await ours.mesh.fetch(new Gateway().request(segments.asked))
    expect(from).toBe('gateway')
    expect(Buffer.from(payload.data).equals(segments.asked.data)).toBe(true)
    expect(ours.bans).toEqual([name])
    expect(ours.mesh.stats).toMatchObject({ bytesFromPeers: 0, bytesFromRelays: 0, bytesToPeers: 0, peers: 0 })
    // The hostile peer stays in the room and makes offers. We do not answer these offers.
    expect(ours.room.channels.has(id)).toBe(false)
  })

  test('in each of two viewers, keeps no wrong bytes of a hostile peer, and gets the correct segment', async () => {
    const segments = { asked: await neighbourhood.segment(9), old: await neighbourhood.segment(8) }
    const lies: Lie = (peer, request, { asked }) => answer(peer, request, { ...asked, data: flipped(asked.data) })
    polluter(lies, segments)
    // The mesh lists equally fast peers in the order in which they connected. `random` selects one: 0 the first peer, 0.999 the last peer.
    const ours = neighbourhood.join({ random: () => 0 })
    const other = neighbourhood.join({ random: () => 0.999 })
    const honest = neighbourhood.join()
    await Promise.all([untilPeers(ours, 3), untilPeers(other, 3), untilPeers(honest, 3)])
    honest.mesh.offer(segments.asked)
    await Promise.all([untilHaves(ours, 2), untilHaves(other, 2)])
    const gateway = new Gateway()
    const fetched = await Promise.all([ours, other].map(({ mesh }) => mesh.fetch(gateway.request(segments.asked))))
    for (const { payload } of fetched) expect(Buffer.from(payload.data).equals(segments.asked.data)).toBe(true)
    expect([...ours.bans, ...other.bans].filter((name) => name !== 'Segment.WrongPayloadError')).toEqual([])
  })

  test('asks the gateway each time a peer does not answer, and bans this peer after five requests', async () => {
    const ours = neighbourhood.join()
    polluter(() => undefined, { asked: await neighbourhood.segment(9), old: await neighbourhood.segment(8) })
    await untilHaves(ours, 1)
    for (let number = 11; number <= 15; number++) {
      const { from } = await ours.mesh.fetch(new Gateway().request(await neighbourhood.segment(number)))
      expect(from).toBe('gateway')
    }
    expect(ours.bans).toEqual(['Neighbour.UnresponsiveError'])
  })

  test('asks the gateway and sends CANCEL when a peer sends too slowly', async () => {
    const ours = neighbourhood.join()
    const asked = await neighbourhood.segment(9)
    const cancelled = new Promise<void>((resolve) => {
      neighbourhood.stranger((peer) => {
        peer.on('message', (message) => {
          if (message.type === 'cancel') resolve()
          if (message.type !== 'request') return
          const { requestId } = message
          peer.send({ type: 'header', requestId, segment: asked.segment, length: asked.data.length })
          peer.send({ type: 'data', requestId, offset: 0, data: asked.data.subarray(0, 10) })
        })
        peer.send({ type: 'have', streamId: neighbourhood.streamId, isWhole: true, sequenceNumbers: [9n] })
      })
    })
    await untilHaves(ours, 1)
    const startMs = performance.now()
    const { from } = await ours.mesh.fetch(new Gateway().request(asked))
    expect(from).toBe('gateway')
    expect(performance.now() - startMs).toBeLessThan(2_000)
    await cancelled
    expect(ours.bans).toEqual([])
  })

  /** A peer that asks us for segments, and whose channel seems full. So our answer to its first request does not end. */
  async function askUs() {
    const ours = neighbourhood.join()
    ours.mesh.offer(await neighbourhood.segment(0))
    const { peer, id } = await new Promise<{ peer: Peer; id: Hex }>((resolve) => {
      const { id } = neighbourhood.stranger((peer) => resolve({ peer, id }))
    })
    stopClock()
    vi.spyOn(ours.room.channels.get(id) as Channel, 'bufferedAmount', 'get').mockReturnValue(maxBufferedBytes)
    const heard: string[] = []
    const answered = new Emitter<{ rejected: [] }>()
    peer.on('message', (message) => {
      if (message.type !== 'reject') return
      heard.push(`${message.requestId} ${message.reason}`)
      answered.emit('rejected')
    })
    const ask = (requestId: number, sequenceNumber = 0n) =>
      peer.send({ type: 'request', requestId, streamId: neighbourhood.streamId, sequenceNumber })
    const hears = async (count: number) => {
      while (heard.length < count) await answered.next('rejected')
      return heard
    }
    return { ours, peer, ask, hears }
  }

  test('rejects a second request as `busy` while the answer to the first request is not complete, and bans a peer that repeats a request id', async () => {
    const { ours, peer, ask, hears } = await askUs()
    ask(1)
    ask(2)
    ask(3, 77n)
    expect(await hears(2)).toEqual(['2 busy', '3 missing'])
    ask(1)
    await peer.next('close')
    expect(ours.bans).toEqual(['Uploads.RepeatedRequestError'])
  })

  test('ends an answer that a peer receives too slowly, and rejects the request as `busy`', async () => {
    const { ask, hears } = await askUs()
    ask(1)
    ask(2)
    await hears(1)
    vi.advanceTimersByTime(10_000)
    expect(await hears(2)).toEqual(['2 busy', '1 busy'])
  })
})

/** Stops the clock. With a running clock, the first upload could take longer than 1 s on a busy machine, and the second would start. */
function stopClock() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const nowMs = performance.now()
  vi.spyOn(performance, 'now').mockReturnValue(nowMs)
}
