import { expect } from 'vitest'
import type { NodeWebRtc } from '../src/node/wrtc'
import type { Publication } from '../src/records/Publication'
import type { Viewer } from '../src/watch/Viewer'
import { type Attacker, type Behaviour, joinAttacker } from './attacker'
import { TestStream } from './TestStream'
import { type Fixtures, type TestRelay, until, untilState } from './viewer'
import { createNodeTransport } from './wrtc'

const { signal } = new AbortController()

type WithWebRtc = { webRtc: NodeWebRtc }

/** A stream whose viewers are connected to each other. */
export type AttackedStream = WithWebRtc & { stream: TestStream; relay: TestRelay; viewers: readonly Viewer[] }

export const partMs = 200
export const parts = 5
export const bytesPerPart = 20_000
/** The player needs the first byte of a segment this long after it began to read the segment. */
export const spareMs = 1_500
/** A viewer waits for other viewers until 1.5 s after the deadline. So a delay below 1 s shows that the viewer did not wait until then. */
const toleranceMs = 1_000
export const payload = (number: number) =>
  Uint8Array.from({ length: parts * bytesPerPart }, (_, index) => (index * index + number) % 251)

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Honest viewers of a stream with segment 0, which are connected to each other. */
export async function start({ serve, watch, webRtc }: Fixtures & WithWebRtc, count = 2) {
  const stream = new TestStream()
  await stream.publish(0, { payload: payload(0) })
  const relay = await serve(stream)
  const viewers = Array.from({ length: count }, () => watch(stream, stream.listing(relay.uri)))
  await Promise.all(viewers.map((viewer) => untilState(viewer, 'live')))
  for (const viewer of viewers) await viewer.join(() => createNodeTransport(webRtc))
  await Promise.all(viewers.map((viewer) => until(viewer, ({ peers }) => peers === count - 1)))
  return { stream, relay, viewers, webRtc }
}

export async function attack({ stream, relay, viewers, webRtc }: AttackedStream, act?: Behaviour): Promise<Attacker> {
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

/**
 * Reads segment `number` while it grows. Returns the bytes of the segment, and the largest delay of a byte: how much later it came than the
 * player needed it.
 */
export async function play(viewer: Viewer, number: number) {
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

type Hook = (segment: Publication) => Promise<unknown>

/**
 * Publishes these segments in real time, as a broadcaster does. Checks that all viewers get all bytes in time. `beforeEnd`: called before a
 * segment is published.
 */
export async function broadcast(
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
