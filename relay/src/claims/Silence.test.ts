import { describe, expect, it } from 'vitest'
import { Silence } from './Silence'

/** Looks every 12 s, as a public chain's blocks come. */
function lookUntil(silence: Silence, untilMs: number, fromMs = 0): number {
  let quietMs = 0
  for (let nowMs = fromMs; nowMs <= untilMs; nowMs += 12_000) quietMs = silence.look(nowMs)
  return quietMs
}

describe('a silence', () => {
  it('lasts from the beginning until something comes', () => {
    const silence = new Silence(0)
    expect(lookUntil(silence, 600_000)).toBe(600_000)
    silence.break(605_000)
    expect(silence.look(612_000)).toBe(7_000)
  })

  it('is not made longer by news of what came before', () => {
    const silence = new Silence(100_000)
    silence.break(5_000)
    expect(silence.look(112_000)).toBe(12_000)
  })

  it('begins anew when we were away ourselves', () => {
    const silence = new Silence(0)
    lookUntil(silence, 60_000)
    expect(silence.look(660_000)).toBe(0)
    expect(lookUntil(silence, 720_000, 660_000)).toBe(60_000)
  })
})
