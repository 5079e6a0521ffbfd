import { afterAll, test as base, describe, expect } from 'vitest'
import { type Attacker, type Deed, joinAttacker } from '../../testbeds/attacker'
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
/** A viewer that waits for an attacker in vain gets its bytes more than 1.5 s too late, because only then it stops waiting for other viewers. */
const toleranceMs = 1_000
const payload = (number: number) =>
  Uint8Array.from({ length: parts * bytesPerPart }, (_, index) => (index * index + number) % 251)

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Two honest viewers that play a stream with segment 0. */
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
  act?: Deed,
): Promise<Attacker> {
  const attacker = joinAttacker(stream, { relay, webRtc, ...(act && { act }) })
  await attacker.untilPeers(viewers.length)
  await Promise.all(viewers.map((viewer) => until(viewer, ({ peers }) => peers === viewers.length)))
  return attacker
}

/** The time since the call in which this process ran. A busy machine gives the time to other processes, and then viewers are late, too. */
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

/** Reads segment `number` while it grows. Returns its bytes, and how late the latest byte came for the player. */
async function play(viewer: Viewer, number: number) {
  await viewer.news({ level: 'source', after: BigInt(number - 1), signal })
  const reading = viewer.read({ level: 'source', sequenceNumber: BigInt(number), spareMs, signal })
  if (!reading) throw new TypeError('The segment is not open.')
  const clock = runningClock()
  const chunks: Uint8Array[] = []
  let given = 0
  let lateMs = Number.NEGATIVE_INFINITY
  for await (const chunk of reading.chunks()) {
    lateMs = Math.max(lateMs, clock.ranMs() - spareMs - Math.floor(given / bytesPerPart) * partMs)
    chunks.push(chunk)
    given += chunk.length
  }
  clock.stop()
  return { data: Buffer.concat(chunks), lateMs }
}

/** All viewers have disconnected the attacker for this fault, and count nothing else. */
async function cutOff({ viewers }: { viewers: readonly Viewer[] }, name: string) {
  for (const viewer of viewers)
    expect(await until(viewer, ({ peers }) => peers === viewers.length - 1)).toMatchObject({ refused: { [name]: 1 } })
}

type Hook = (segment: Publication) => Promise<unknown>

/** The broadcaster makes these segments in real time. All viewers must play all bytes in time. `beforeEnd`: called before a segment is published. */
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

describe('viewers go on to play when a neighbour', () => {
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
    'states a false length of %i bytes, and no relay answers any more',
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
