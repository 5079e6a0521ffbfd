import type { Hex } from 'viem'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Gateway, hears, meets, type Neighbourhood, openNeighbourhood } from '../../testbeds/mesh'
import { startWebRtc } from '../../testbeds/wrtc'
import type { Peer } from './Peer'
import type { Held } from './SegmentStore'
import { type Channel, maxBufferedBytes } from './Transport'
import * as Wire from './wire'

const webRtc = startWebRtc()
let street: Neighbourhood
beforeEach(async () => {
  street = await openNeighbourhood(webRtc)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  return street.close()
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

/** A stranger who has everything from 0 to 20 and answers requests with a lie. */
function polluter(lie: Lie, segments: { asked: Held; old: Held }) {
  return street.stranger((peer) => {
    peer.on('message', (message) => {
      if (message.type === 'request') lie(peer, message, segments)
    })
    const sequenceNumbers = Array.from({ length: 21 }, (_, index) => BigInt(index))
    peer.send({ type: 'have', streamId: street.streamId, isWhole: true, sequenceNumbers })
  })
}

describe('a mesh with a polluter', () => {
  test.each<[string, string, Lie]>([
    [
      'flips a bit',
      'Segment.WrongPayloadError',
      (peer, request, { asked }) => answer(peer, request, { ...asked, data: flipped(asked.data) }),
    ],
    [
      'gives an old segment under the new number',
      'Segment.WrongPayloadError',
      (peer, request, { asked, old }) => answer(peer, request, { segment: asked.segment, data: old.data }),
    ],
    ['gives an old segment', 'Download.WrongHeaderError', (peer, request, { old }) => answer(peer, request, old)],
    [
      'gives another header',
      'Download.WrongHeaderError',
      (peer, request, { asked, old }) =>
        answer(peer, request, { ...asked, segment: { ...asked.segment, dataHash: old.segment.dataHash } }),
    ],
    [
      'gives a shorter payload',
      'Segment.WrongPayloadError',
      (peer, request, { asked }) => answer(peer, request, { ...asked, data: asked.data.subarray(1) }),
    ],
    [
      'promises too much',
      'Segment.PayloadTooLargeError',
      (peer, { requestId }, { asked }) =>
        peer.send({ type: 'header', requestId, segment: asked.segment, length: 2 ** 32 - 1 }),
    ],
    [
      'gives more than it promised',
      'Download.OutOfOrderError',
      (peer, { requestId }, { asked: { segment, data } }) => {
        peer.send({ type: 'header', requestId, segment, length: 1_000 })
        peer.send({ type: 'data', requestId, offset: 0, data: data.subarray(0, 1_001) })
      },
    ],
    [
      'leaves gaps',
      'Download.OutOfOrderError',
      (peer, { requestId }, { asked: { segment, data } }) => {
        peer.send({ type: 'header', requestId, segment, length: data.length })
        peer.send({ type: 'data', requestId, offset: 1, data: data.subarray(1, 1_000) })
      },
    ],
    [
      'gives nothing, again and again',
      'Download.OutOfOrderError',
      (peer, { requestId }, { asked: { segment, data } }) => {
        peer.send({ type: 'header', requestId, segment, length: data.length })
        peer.send({ type: 'data', requestId, offset: 0, data: new Uint8Array(0) })
      },
    ],
    [
      'answers what nobody asked',
      'Neighbour.UnaskedError',
      (peer) => peer.send({ type: 'data', requestId: 4_000, offset: 0, data: Uint8Array.of(1) }),
    ],
    [
      'speaks of other things',
      'Neighbour.UnaskedError',
      (peer) => peer.send({ type: 'begin', sequenceNumber: 0n, startTimeMs: 0n }),
    ],
    [
      'sends a mandatory message that we do not know',
      'Wire.UnknownTypeError',
      (peer) => peer.channel.send(Uint8Array.of(0x7f, 1, 2)),
    ],
  ])('who %s cuts it off, counts it, and gets the segment elsewhere', async (_, name, lie) => {
    const segments = { asked: await street.segment(9), old: await street.segment(8) }
    const ours = street.join()
    const { id } = polluter(lie, segments)
    await hears(ours, 1)
    const { from, parcel } = await ours.mesh.fetch(new Gateway().request(segments.asked))
    expect(from).toBe('gateway')
    expect(Buffer.from(parcel.data).equals(segments.asked.data)).toBe(true)
    expect(ours.cuts).toEqual([name])
    expect(ours.mesh.stats).toEqual({ bytesFromPeers: 0, bytesFromRelays: 0, peers: 0 })
    // He stays in the room and calls again; nobody answers.
    expect(ours.room.channels.has(id)).toBe(false)
  })

  test('passes nothing of it on, and takes the segment from an honest peer', async () => {
    const segments = { asked: await street.segment(9), old: await street.segment(8) }
    const lies: Lie = (peer, request, { asked }) => answer(peer, request, { ...asked, data: flipped(asked.data) })
    polluter(lies, segments)
    // Chance takes the first of those who are as good; who that is depends on who connected first, so both ends are tried.
    const ours = street.join({ random: () => 0 })
    const other = street.join({ random: () => 0.999 })
    const honest = street.join()
    await Promise.all([meets(ours, 3), meets(other, 3), meets(honest, 3)])
    honest.mesh.put(segments.asked)
    await Promise.all([hears(ours, 2), hears(other, 2)])
    const gateway = new Gateway()
    const fetched = await Promise.all([ours, other].map(({ mesh }) => mesh.fetch(gateway.request(segments.asked))))
    for (const { parcel } of fetched) expect(Buffer.from(parcel.data).equals(segments.asked.data)).toBe(true)
    expect([...ours.cuts, ...other.cuts].filter((name) => name !== 'Segment.WrongPayloadError')).toEqual([])
  })

  test('who answers nothing loses its turn at once, and after five times its place', async () => {
    const ours = street.join()
    polluter(() => undefined, { asked: await street.segment(9), old: await street.segment(8) })
    await hears(ours, 1)
    for (let number = 11; number <= 15; number++) {
      const { from } = await ours.mesh.fetch(new Gateway().request(await street.segment(number)))
      expect(from).toBe('gateway')
    }
    expect(ours.cuts).toEqual(['Neighbour.UnresponsiveError'])
  })

  test('is fetched around, and hears CANCEL, when it drips', async () => {
    const ours = street.join()
    const asked = await street.segment(9)
    const cancelled = new Promise<void>((resolve) => {
      street.stranger((peer) => {
        peer.on('message', (message) => {
          if (message.type === 'cancel') resolve()
          if (message.type !== 'request') return
          const { requestId } = message
          peer.send({ type: 'header', requestId, segment: asked.segment, length: asked.data.length })
          peer.send({ type: 'data', requestId, offset: 0, data: asked.data.subarray(0, 10) })
        })
        peer.send({ type: 'have', streamId: street.streamId, isWhole: true, sequenceNumbers: [9n] })
      })
    })
    await hears(ours, 1)
    const startMs = performance.now()
    const { from } = await ours.mesh.fetch(new Gateway().request(asked))
    expect(from).toBe('gateway')
    expect(performance.now() - startMs).toBeLessThan(2_000)
    await cancelled
    expect(ours.cuts).toEqual([])
  })

  test('that asks for a second segment while it takes the first hears `busy`; that repeats a request number is cut off', async () => {
    const ours = street.join()
    const held = await street.segment(0)
    ours.mesh.put(held)
    const { peer, id } = await new Promise<{ peer: Peer; id: Hex }>((resolve) => {
      const { id } = street.stranger((peer) => resolve({ peer, id }))
    })
    stopClock()
    // The peer takes no bytes: its first answer lasts until the end of the test.
    vi.spyOn(ours.room.channels.get(id) as Channel, 'bufferedAmount', 'get').mockReturnValue(maxBufferedBytes)

    const place = { streamId: street.streamId, sequenceNumber: 0n }
    const heard: string[] = []
    const rejected = new Promise<void>((resolve) => {
      peer.on('message', (message) => {
        if (message.type === 'reject') heard.push(`${message.requestId} ${message.reason}`)
        if (heard.length === 2) resolve()
      })
    })
    peer.send({ type: 'request', requestId: 1, ...place })
    peer.send({ type: 'request', requestId: 2, ...place })
    peer.send({ type: 'request', requestId: 3, ...place, sequenceNumber: 77n })
    await rejected
    expect(heard).toEqual(['2 busy', '3 missing'])
    peer.send({ type: 'request', requestId: 1, ...place })
    await peer.next('close')
    expect(ours.cuts).toEqual(['Uploads.RepeatedRequestError'])
  })
})

/** No upload gets old, however busy the machine is: an upload frees its slot after some seconds. */
function stopClock() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const nowMs = performance.now()
  vi.spyOn(performance, 'now').mockReturnValue(nowMs)
}
