import { describe, expect, it } from 'vitest'
import * as Round from './Round'

const clock = { block: 112n, timeMs: 1_000_000, blockTimeMs: 2_000 }
const round: Round.Round = {
  ...{ number: 7n, startBlock: 100n, length: 30n, lockBlock: 127n, isInitialized: true, count: 3n, clock },
}

describe('a round', () => {
  it('ends at the block where the next one starts, and gives the time of it', () => {
    expect(Round.endBlock(round)).toBe(130n)
    expect(Round.timeOf(round, 130n)).toBe(1_036_000)
    expect(Round.beginningOf(round, 8n)).toBe(1_036_000)
    expect(Round.beginningOf(round, 12n)).toBe(1_036_000 + 4 * 60_000)
  })

  it('makes progress with each block, up to its end', () => {
    expect(Round.progress(round)).toBe(0.4)
    expect(Round.progress({ ...round, clock: { ...clock, block: 500n } })).toBe(1)
  })

  it('locks rates in its last part, after the first round was initialized', () => {
    const late = { ...round, clock: { ...clock, block: 127n } }
    expect([Round.isLocked(round), Round.isLocked(late), Round.isLocked({ ...late, count: 0n })]).toEqual([
      false,
      true,
      false,
    ])
  })

  it('can be initialized from its second block on', () => {
    const unbegun = { ...round, isInitialized: false }
    expect(Round.isDue(round)).toBe(false)
    expect(Round.isDue(unbegun)).toBe(true)
    expect(Round.isDue({ ...unbegun, clock: { ...clock, block: 100n } })).toBe(false)
  })
})

describe('tick', () => {
  const seen = (block: bigint, timeMs: number) => ({ block, timeMs, blockTimeMs: 2_000 })

  it('keeps its time when a block is seen a moment late', () => {
    expect(Round.tick(clock, seen(113n, 1_002_700))).toEqual(seen(113n, 1_002_000))
  })

  it('follows a chain that has jumped ahead', () => {
    expect(Round.tick(clock, seen(150n, 1_002_700))).toEqual(seen(150n, 1_002_700))
    expect(Round.tick(undefined, clock)).toEqual(clock)
  })
})
