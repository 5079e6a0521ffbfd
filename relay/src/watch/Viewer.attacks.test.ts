import { PieceTree } from '@lp/contracts/protocol'
import { afterAll, test as base, describe, expect } from 'vitest'
import { type Attacker, type Behaviour, joinAttacker } from '../../testbeds/attacker'
import { joinMember } from '../../testbeds/member'
import { TestStream } from '../../testbeds/TestStream'
import {
  type Fixtures,
  fixtures,
  numbers,
  type TestRelay,
  trackerOf,
  until,
  untilRefused,
  untilState,
} from '../../testbeds/viewer'
import { createNodeTransport, startWebRtc } from '../../testbeds/wrtc'
import type { Peer } from '../mesh/Peer'
import type { Message } from '../mesh/wire'
import type { Publication } from '../records/Publication'
import type { Viewer } from './Viewer'

const test = base.extend<Fixtures>(fixtures)
const { signal } = new AbortController()
const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())

const partMs = 200
const parts = 5
const bytesPerPart = 20_000
/** The player needs the first byte of a segment this long after it began to read the segment. */
const spareMs = 1_500
/** A viewer waits for other viewers until 1.5 s after the deadline. So a delay below 1 s shows that the viewer did not wait so long. */
const toleranceMs = 1_000
const payload = (number: number) =>
  Uint8Array.from({ length: parts * bytesPerPart }, (_, index) => (index * index + number) % 251)

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Honest viewers of a stream with segment 0, which are connected to each other. */
async function start({ serve, watch }: Fixtures, count = 2) {
  const stream = new TestStream()
  await stream.publish(0, { payload: payload(0) })
  const relay = await serve(stream)
  const viewers = Array.from({ length: count }, () => watch(stream, stream.listing(relay.uri)))
  await Promise.all(viewers.map((viewer) => untilState(viewer, 'live')))
  for (const viewer of viewers) await viewer.join(createNodeTransport(webRtc))
  await Promise.all(viewers.map((viewer) => until(viewer, ({ peers }) => peers === count - 1)))
  return { stream, relay, viewers }
}

async function attack(
  { stream, relay, viewers }: { stream: TestStream; relay: TestRelay; viewers: readonly Viewer[] },
  act?: Behaviour,
): Promise<Attacker> {
  const attacker = joinAttacker(stream, { relay, webRtc, ...(act && { act }) })
  await attacker.untilPeers(viewers.length)
  await Promise.all(viewers.map((viewer) => until(viewer, ({ peers }) => peers === viewers.length)))
  return attacker
}

/**
 * A clock that counts only the time in which this process ran. While a busy machine runs other processes, the viewers do not run either.
 */
function runningClock(): { ranMs(): number; stop(): void } {
  const everyMs = 20
  let [atMs, ranMs] = [performance.now(), 0]
  const look = () => {
    const nowMs = performance.now()
    ranMs += Math.min(nowMs - atMs, everyMs + 5)
    atMs = nowMs
  }
  const timer = setInterval(look, everyMs)
  return {
    ranMs() {
      look()
      return ranMs
    },
    stop: () => clearInterval(timer),
  }
}

/** Reads segment `number` while it grows. Returns its bytes, and the largest delay of a byte after the player needed it. */
async function play(viewer: Viewer, number: number) {
  await viewer.news({ level: 'source', after: BigInt(number - 1), signal })
  const reading = viewer.read({ level: 'source', sequenceNumber: BigInt(number), spareMs, signal })
  if (!reading) throw new TypeError('The segment is not open.')
  const clock = runningClock()
  const chunks: Uint8Array[] = []
  let received = 0
  let lateMs = Number.NEGATIVE_INFINITY
  for await (const chunk of reading.chunks()) {
    lateMs = Math.max(lateMs, clock.ranMs() - spareMs - Math.floor(received / bytesPerPart) * partMs)
    chunks.push(chunk)
    received += chunk.length
  }
  clock.stop()
  return { data: Buffer.concat(chunks), lateMs }
}

/** Waits until each viewer has disconnected the attacker, and checks that it counts this fault once. */
async function cutOff({ viewers }: { viewers: readonly Viewer[] }, name: string) {
  for (const viewer of viewers)
    expect(await until(viewer, ({ peers }) => peers === viewers.length - 1)).toMatchObject({ refused: { [name]: 1 } })
}

type Hook = (segment: Publication) => Promise<unknown>

/**
 * The broadcaster makes these segments in real time. Checks that all viewers get all bytes in time. `beforeEnd`: called before a segment is
 * published.
 */
async function broadcast(
  { stream, viewers }: { stream: TestStream; viewers: readonly Viewer[] },
  numbers: readonly number[],
  { beforeEnd }: { beforeEnd?: Hook } = {},
) {
  for (const number of numbers) {
    const startTimeMs = Date.now()
    const played = viewers.map((viewer) => play(viewer, number))
    for (let part = 1; part < parts; part++) {
      const bytes = payload(number).subarray(0, part * bytesPerPart)
      await stream.publishPart(number, { bytes, durationMs: part * partMs, startTimeMs })
      await pause(partMs)
    }
    const publication = await stream.sign(number, { payload: payload(number), startTimeMs })
    await beforeEnd?.(publication)
    stream.add(publication)
    for (const { data, lateMs } of await Promise.all(played)) {
      expect(data.length).toBe(parts * bytesPerPart)
      expect(data.equals(payload(number))).toBe(true)
      expect(lateMs).toBeLessThan(toleranceMs)
    }
  }
}

describe('viewers continue to play when a neighbour', () => {
  test.for([1, 110_000, 2 ** 32 - 1])(
    'sends the signed header of each segment first, with a false length of %i bytes',
    async (length, { serve, watch }) => {
      const room = await start({ serve, watch })
      const attacker = await attack(room)
      await broadcast(room, [1, 2], {
        async beforeEnd({ byteLength, ...segment }) {
          if (attacker.peers.size === 0) return
          attacker.tell({ type: 'news', header: { segment, length } })
          const isKnown = (viewer: Viewer) => numbers(viewer).includes(Number(segment.sequenceNumber))
          await Promise.all(room.viewers.map((viewer) => until(viewer, () => isKnown(viewer))))
        },
      })
      await cutOff(room, 'PieceNeighbour.FalseLengthError')
      attacker.room.leave()
    },
  )

  test.for([1, 2 ** 32 - 1])(
    'states a false length of %i bytes, and no relay answers any longer',
    async (length, { serve, watch }) => {
      const room = await start({ serve, watch })
      const attacker = await attack(room)
      const member = joinMember(room.stream, { tracker: trackerOf(room.relay), webRtc })
      while (member.mesh.stats.peers < 3) await member.mesh.next('change')
      await broadcast(room, [1])
      await room.relay.close()
      const publication = await room.stream.sign(2, { payload: payload(2) })
      const { byteLength, ...segment } = publication
      const heard = room.viewers.map((viewer) => viewer.news({ level: 'source', after: 1n, signal }))
      attacker.tell({ type: 'news', header: { segment, length } })
      await Promise.all(heard)
      await member.offer(publication)
      for (const viewer of room.viewers) {
        const { data } = await viewer.payload({ level: 'source', sequenceNumber: 2n, spareMs, signal })
        expect(Buffer.from(data).equals(payload(2))).toBe(true)
        await untilRefused(viewer, 'PieceNeighbour.FalseLengthError')
      }
      attacker.room.leave()
      member.mesh.leave()
    },
  )
})

/** The behaviour of an attacker that says that it holds all pieces of each segment, and answers each request with `answer`. */
const claimAll =
  (answer: (peer: Peer, ask: Ask) => void): Behaviour =>
  (peer, message) => {
    if (message?.type === 'ask') return answer(peer, message)
    if (message?.type !== 'news') return
    const { header } = message
    const { streamId, sequenceNumber } = 'part' in header ? header.part : header.segment
    const length = 'part' in header ? header.part.length : parts * bytesPerPart
    const pieces = Array.from({ length: PieceTree.count(length) }, (_, index) => index)
    peer.send({ type: 'holds', streamId, sequenceNumber, length, pieces })
  }

type Ask = Extract<Message, { type: 'ask' }>

/** The right answer to a request. */
async function answerTo({ requestId, streamId, sequenceNumber, length, index, offset }: Ask) {
  const data = payload(Number(sequenceNumber)).subarray(0, length)
  const growing = await PieceTree.grow()
  growing.append(data)
  const { start, end } = PieceTree.rangeOf(index, length)
  const path = await PieceTree.prove(growing.roots(), index)
  const place = { requestId, streamId, sequenceNumber, length, index, offset }
  return { type: 'piece' as const, ...place, path, data: data.slice(start + offset, end) }
}

describe('viewers continue to play when a neighbour says that it holds each piece, and', () => {
  test.for<[string, string | undefined, (peer: Peer, ask: Ask) => void]>([
    [
      'sends changed bytes',
      'PieceIntake.WrongPieceError',
      async (peer, ask) => {
        const answer = await answerTo(ask)
        answer.data[0] = (answer.data[0] ?? 0) ^ 1
        peer.send(answer)
      },
    ],
    [
      'sends a wrong path',
      'PieceIntake.WrongPieceError',
      async (peer, ask) => {
        const answer = await answerTo(ask)
        peer.send({ ...answer, path: answer.path.map((byte) => byte ^ 1) })
      },
    ],
    [
      'sends an old piece with the new sequence number',
      'PieceIntake.WrongPieceError',
      async (peer, ask) => {
        const old = await answerTo({ ...ask, sequenceNumber: ask.sequenceNumber - 1n })
        peer.send({ ...old, sequenceNumber: ask.sequenceNumber })
      },
    ],
    ['never answers', 'PieceNeighbour.UnresponsiveError', () => {}],
    [
      'declines each request',
      'Allowances.BrokenHoldsError',
      (peer, { requestId }) => peer.send({ type: 'decline', requestId, reason: 'missing' }),
    ],
    [
      'answers each request just before the viewer stops waiting',
      undefined,
      async (peer, ask) => {
        const answer = await answerTo(ask)
        setTimeout(() => peer.send(answer), 280)
      },
    ],
  ])('%s', async ([, fault, answer], { serve, watch }) => {
    const room = await start({ serve, watch })
    const attacker = await attack(room, claimAll(answer))
    // The viewers disconnect the attacker during one of the first segments. A slow answer is no fault.
    for (let number = 1; number <= 2 || (fault && attacker.peers.size > 0); number++) await broadcast(room, [number])
    if (fault) await cutOff(room, fault)
    else expect(room.viewers.map((viewer) => viewer.getSnapshot().refused)).toEqual([{}, {}])
    attacker.room.leave()
  })
})

test('a viewer continues to play when attackers that do nothing have nearly all its channels', async ({
  serve,
  watch,
}) => {
  const room = await start({ serve, watch }, 1)
  const attackers = Array.from({ length: 16 }, () => joinAttacker(room.stream, { relay: room.relay, webRtc }))
  // The attackers do not connect to each other.
  for (const one of attackers) for (const { id } of attackers) one.room.avoid(id)
  await until(room.viewers[0] as Viewer, ({ peers }) => peers >= 12)
  await broadcast(room, [1, 2])
  for (const attacker of attackers) attacker.room.leave()
})

test('when the stream key signs a segment that contradicts its parts, viewers do not play this segment, ban no viewer, and play the next segments', async ({
  serve,
  watch,
}) => {
  const room = await start({ serve, watch })
  const { stream, viewers } = room
  const startTimeMs = Date.now()
  const played = viewers.map((viewer) => play(viewer, 1))
  for (let part = 1; part < parts; part++) {
    const bytes = payload(1).subarray(0, part * bytesPerPart)
    await stream.publishPart(1, { bytes, durationMs: part * partMs, startTimeMs })
    await pause(partMs)
  }
  await stream.publish(1, { payload: payload(9), startTimeMs })
  for (const { status } of await Promise.allSettled(played)) expect(status).toBe('rejected')
  await broadcast(room, [2, 3])
  for (const viewer of viewers) {
    const { peers, refused } = viewer.getSnapshot()
    expect(peers).toBe(1)
    // Only a viewer that has checked bytes of a part knows that the key signed two contents. For another viewer, the relay sent wrong
    // bytes.
    const faults = [
      'contradiction.PrefixContradictionError',
      'PieceIntake.WrongPieceError',
      'Segment.WrongPayloadError',
    ]
    expect(Object.keys(refused)).not.toEqual([])
    for (const fault of Object.keys(refused)) expect(faults).toContain(fault)
  }
})
