import { describe, expect, it } from 'vitest'
import * as TimedRound from './TimedRound'

const clock = { block: 112n, timeMs: 1_000_000, blockTimeMs: 2_000 }
const round: TimedRound.TimedRound = {
  ...{ number: 7n, initialized: true, locked: false, startBlock: 100n, lockBlock: 127n, endBlock: 130n },
  ...{ initializedRounds: 3n, clock },
}

describe('a round', () => {
  it('gives the expected start times of later rounds', () => {
    expect(TimedRound.timeOf(round, 130n)).toBe(1_036_000)
    expect(TimedRound.beginningOf(round, 8n)).toBe(1_036_000)
    expect(TimedRound.beginningOf(round, 12n)).toBe(1_036_000 + 4 * 60_000)
  })

  it('has the progress 0.4 after 12 of 30 blocks, and 1 after its end', () => {
    expect(TimedRound.progress(round)).toBe(0.4)
    expect(TimedRound.progress({ ...round, clock: { ...clock, block: 500n } })).toBe(1)
  })

  it('allows changes of stakes if it is initialized, or if no round was initialized before', () => {
    const uninitialized = { ...round, initialized: false }
    const first = { ...uninitialized, initializedRounds: 0n }
    expect([round, uninitialized, first].map(TimedRound.isOpen)).toEqual([true, false, true])
  })

  it('can be initialized in its second block and later', () => {
    const uninitialized = { ...round, initialized: false }
    expect(TimedRound.isDue(round)).toBe(false)
    expect(TimedRound.isDue(uninitialized)).toBe(true)
    expect(TimedRound.isDue({ ...uninitialized, clock: { ...clock, block: 100n } })).toBe(false)
  })
})
