import { describe, expect, test } from 'vitest'
import { positionOf } from './positionOf'
import { targetOf } from './Timeline'

const live = { oldestMs: 100_000, newestMs: 200_000, shownMs: 198_000, isBehind: false }
const behind = { ...live, shownMs: 150_000, isBehind: true }

describe('targetOf', () => {
  test('is the moment that the person asks for, but not before the oldest moment', () => {
    expect(targetOf(150_000, live)).toBe(150_000)
    expect(targetOf(50_000, live)).toBe(100_000)
    // The picture of a live player can be newer than the newest complete segment.
    expect(targetOf(196_000, { ...live, shownMs: 201_000 })).toBe(196_000)
  })

  test('is the live edge for a moment that a live player shows now, and nothing for a person who is already live', () => {
    expect(targetOf(196_000, behind)).toBe('live')
    expect(targetOf(999_000, behind)).toBe('live')
    expect(targetOf(199_000, live)).toBeUndefined()
  })
})

const entry = (sequenceNumber: bigint, startTimeMs: bigint) =>
  ({ publication: { sequenceNumber, startTimeMs, durationMs: 2_000 } }) as Parameters<typeof positionOf>[0][number]

describe('positionOf', () => {
  /** Segment 2 is missing, and before segment 4 the tab of the broadcaster has slept. */
  const entries = [entry(0n, 10_000n), entry(1n, 12_000n), entry(3n, 16_000n), entry(4n, 90_000n)]
  const position = (timeMs: number) => positionOf(entries, [4n], timeMs)

  test('counts the time since the first segment, also over a missing segment', () => {
    expect([position(10_000), position(13_500), position(17_000)]).toEqual([0, 3.5, 7])
  })

  test('counts no time at a break', () => {
    expect([position(90_000), position(91_000)]).toEqual([8, 9])
  })

  test('is the start for an earlier time, and the next segment for a time in a hole', () => {
    expect([position(5_000), position(15_000), position(50_000)]).toEqual([0, 6, 8])
  })
})
