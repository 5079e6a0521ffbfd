import { describe, expect, it } from 'vitest'
import { BroadcasterSilence } from './BroadcasterSilence'

/** Measures the silence every 12 s, which is the time between two blocks of a public chain. Returns the last measurement. */
function measureUntil(silence: BroadcasterSilence, untilMs: number, fromMs = 0): number {
  let quietMs = 0
  for (let nowMs = fromMs; nowMs <= untilMs; nowMs += 12_000) quietMs = silence.measure(nowMs)
  return quietMs
}

describe('a silence', () => {
  it('lasts until the broadcaster sends something', () => {
    const silence = new BroadcasterSilence(0)
    expect(measureUntil(silence, 600_000)).toBe(600_000)
    silence.hear(605_000)
    expect(silence.measure(612_000)).toBe(7_000)
  })

  it('does not become longer when a message is older than the start of the silence', () => {
    const silence = new BroadcasterSilence(100_000)
    silence.hear(5_000)
    expect(silence.measure(112_000)).toBe(12_000)
  })

  it('starts again at 0 after a long gap between two measurements', () => {
    const silence = new BroadcasterSilence(0)
    measureUntil(silence, 60_000)
    expect(silence.measure(660_000)).toBe(0)
    expect(measureUntil(silence, 720_000, 660_000)).toBe(60_000)
  })
})
