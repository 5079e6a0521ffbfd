import { describe, expect, it } from 'vitest'
import { createFrameRate, type Load } from './FrameRate'

/** A frame rate whose computer encodes the pictures that come until then with this load. */
function started(fps: number) {
  const rate = createFrameRate({ fps, nowMs: 0 })
  let nowMs = 0
  return {
    rate,
    /** `camera`: the pictures per second of the camera. */
    run(seconds: number, load: (fps: number) => Load, camera = 60) {
      for (const endMs = nowMs + 1_000 * seconds; nowMs < endMs; ) {
        nowMs += 1_000 / Math.min(rate.fps, camera)
        rate.observe(load(rate.fps), nowMs)
      }
      return rate.fps
    },
  }
}

const free = () => 'free' as const
/** A computer that can encode this number of pictures a second. */
const upTo = (most: number) => (fps: number) => (fps > most ? 'strained' : 'free')

describe('FrameRate', () => {
  it('keeps the rate of the job while the encoder is fast enough', () => {
    expect(started(30).run(60, free)).toBe(30)
  })

  it('goes down step by step until the encoder is fast enough, and not below 15', () => {
    expect(started(60).run(10, upTo(40))).toBe(30)
    expect(started(60).run(20, upTo(25))).toBe(20)
    expect(started(60).run(60, upTo(5))).toBe(15)
    expect(started(25).run(10, upTo(22))).toBe(20)
  })

  it('does not go down when the encoder starts, or after a pause of a third of a second', () => {
    const { run } = started(30)
    expect(run(2.5, () => 'full')).toBe(30)
    run(2, free)
    run(0.06, () => 'strained')
    run(0.08, () => 'full')
    expect(run(5, free)).toBe(30)
  })

  it('below the rate of a slower camera, not only below the rate of the job', () => {
    const { run } = started(30)
    run(5, free, 20)
    expect(run(1, () => 'full', 20)).toBe(15)
  })

  it('goes up again after 20 s, and after each failed trial waits twice as long', () => {
    const { rate, run } = started(30)
    expect(run(6, upTo(20))).toBe(20)
    run(18, free)
    expect(rate.fps).toBe(20)
    expect(run(8, free)).toBe(30)
    expect(run(6, upTo(20))).toBe(20)
    expect(run(36, free)).toBe(20)
    expect(run(10, free)).toBe(30)
    // The higher rate holds, so the next trial comes after 20 s again.
    run(60, free)
    expect(run(6, upTo(20))).toBe(20)
    expect(run(26, free)).toBe(30)
  })
})
