import { ticksFromMs } from 'lp-relay/media'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMediaClock } from './MediaClock'
import { createVideoLane, type VideoLane } from './VideoLane'

/** An encoder that works on one picture after the other. */
class Encoder {
  static msPerPicture = 10
  static last: Encoder | undefined
  state = 'configured'
  encodeQueueSize = 0
  readonly #output: (chunk: unknown) => void
  #waiting: { timestamp: number; readyMs: number }[] = []

  constructor({ output }: { output: (chunk: unknown) => void }) {
    this.#output = output
    Encoder.last = this
  }
  configure() {}
  encode({ timestamp }: { timestamp: number }) {
    const freeMs = Math.max(performance.now(), this.#waiting.at(-1)?.readyMs ?? 0)
    this.#waiting.push({ timestamp, readyMs: freeMs + Encoder.msPerPicture })
  }
  /** Gives the pictures that are ready. */
  deliver() {
    while (this.#waiting[0] && this.#waiting[0].readyMs <= performance.now()) {
      const { timestamp } = this.#waiting.shift() as { timestamp: number }
      this.#output({ timestamp, type: 'delta', byteLength: 1, copyTo() {} })
    }
  }
}

class Frame {
  displayWidth = 1280
  displayHeight = 720
  constructor(
    _: unknown,
    readonly init?: { timestamp: number },
  ) {}
  get timestamp() {
    return this.init?.timestamp
  }
  close() {}
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('VideoEncoder', Encoder)
  vi.stubGlobal('VideoFrame', Frame)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function lane(fps: number): VideoLane {
  const startMs = performance.now()
  return createVideoLane({
    codec: { config: { codec: 'avc1', width: 1280, height: 720 }, isPrompt: true },
    ...{ fps, startTicks: 0, segmentTicks: ticksFromMs(2_000), onUnit() {}, onFailure() {} },
    clock: createMediaClock({ startTicks: 0, startMs }),
  })
}

/** A camera that gives this number of pictures a second. Returns the numbers of encoded and dropped pictures in this time. */
function film(to: VideoLane, { seconds, fps }: { seconds: number; fps: number }) {
  const before = { ...to.counts }
  for (let ms = 1, pictures = 0; ms <= 1_000 * seconds; ms++) {
    vi.advanceTimersByTime(1)
    Encoder.last?.deliver()
    if (pictures >= Math.floor((ms * fps) / 1_000)) continue
    pictures++
    to.add(new Frame(undefined) as unknown as VideoFrame, performance.now())
  }
  return { encoded: to.counts.encoded - before.encoded, dropped: to.counts.dropped - before.dropped }
}

describe('VideoLane', () => {
  it('encodes all pictures if the encoder is fast enough, and says how much it works', () => {
    Encoder.msPerPicture = 10
    const to = lane(30)
    const { encoded, dropped } = film(to, { seconds: 10, fps: 30 })
    expect([encoded >= 298, dropped, to.fps]).toEqual([true, 0, 30])
    expect(to.load).toBeGreaterThan(0.2)
    expect(to.load).toBeLessThan(0.7)
  })

  it('encodes fewer pictures at regular times before it must drop some, and goes back to the full rate later', () => {
    Encoder.msPerPicture = 10
    const to = lane(30)
    film(to, { seconds: 4, fps: 30 })
    // Another program now needs the processor.
    Encoder.msPerPicture = 38
    expect(film(to, { seconds: 4, fps: 30 }).dropped).toBe(0)
    expect(to.fps).toBe(20)
    const { encoded, dropped } = film(to, { seconds: 10, fps: 30 })
    expect(dropped).toBe(0)
    expect(encoded).toBeGreaterThan(190)
    expect(encoded).toBeLessThan(210)
    Encoder.msPerPicture = 10
    film(to, { seconds: 30, fps: 30 })
    expect(to.fps).toBe(30)
  })
})
