import { describe, expect, it } from 'vitest'
import * as Clock from './Clock'

const clock = { block: 112n, timeMs: 1_000_000, blockTimeMs: 2_000 }

describe('tick', () => {
  const seen = (block: bigint, timeMs: number) => ({ block, timeMs, blockTimeMs: 2_000 })

  it('computes the time of a block from the former clock if the page sees the block a moment late', () => {
    expect(Clock.tick(clock, seen(113n, 1_002_700))).toEqual(seen(113n, 1_002_000))
  })

  it('uses the time at which the page saw the block if the chain has jumped ahead', () => {
    expect(Clock.tick(clock, seen(150n, 1_002_700))).toEqual(seen(150n, 1_002_700))
    expect(Clock.tick(undefined, clock)).toEqual(clock)
  })
})

describe('timeOf', () => {
  it('gives the expected time of a later block and of a past block', () => {
    expect(Clock.timeOf(clock, 130n)).toBe(1_036_000)
    expect(Clock.timeOf(clock, 102n)).toBe(980_000)
  })
})
