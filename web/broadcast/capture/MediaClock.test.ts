import { describe, expect, test } from 'vitest'
import { createMediaClock, createSourceClock } from './MediaClock'

describe('createMediaClock', () => {
  test('counts 90 ticks a millisecond from its start', () => {
    const clock = createMediaClock({ startTicks: 90_000, startMs: 500 })
    expect(clock.ticksAt(500)).toBe(90_000)
    expect(clock.ticksAt(1_500)).toBe(180_000)
  })

  test('moves towards the time of the sound by at most a thousandth of the elapsed time', () => {
    const clock = createMediaClock({ startTicks: 0, startMs: 0 })
    clock.steer(10_000, 900)
    expect(clock.ticksAt(0)).toBe(1)
    clock.steer(-10_000, 90_000)
    expect(clock.ticksAt(0)).toBe(-89)
    clock.steer(3, 90_000)
    expect(clock.ticksAt(0)).toBe(-86)
  })

  test('leaves out the time in which the computer slept', () => {
    const clock = createMediaClock({ startTicks: 0, startMs: 0 })
    clock.skip(3_600_000)
    expect(clock.ticksAt(3_600_100)).toBe(9_000)
  })
})

describe('createSourceClock', () => {
  test('uses the smallest delay as the offset between the clocks, so that jitter does not move frames', () => {
    const source = createSourceClock()
    source.capturedAtMs(0, 1_030)
    source.capturedAtMs(50_000, 1_055)
    expect(source.capturedAtMs(100_000, 1_140)).toBe(1_105)
  })

  test('measures the offset again when the timestamps jump back', () => {
    const source = createSourceClock()
    source.capturedAtMs(300_000, 1_000)
    expect(source.capturedAtMs(170_000, 1_010)).toBe(1_010)
  })

  test('measures the offset again when the delay is longer than jitter can be', () => {
    const source = createSourceClock()
    source.capturedAtMs(0, 1_000)
    expect(source.capturedAtMs(50_000, 9_000)).toBe(9_000)
  })

  test('removes old delays, and so follows a slower clock', () => {
    const source = createSourceClock()
    for (let seconds = 0; seconds <= 60; seconds++) source.capturedAtMs(seconds * 1e6, seconds * 1_001)
    const delayMs = source.capturedAtMs(61e6, 61 * 1_001) - 61_000
    expect(delayMs).toBeGreaterThan(40)
    expect(delayMs).toBeLessThanOrEqual(61)
  })
})
