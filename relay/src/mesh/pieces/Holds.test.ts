import { describe, expect, test } from 'vitest'
import { Holds, maxStatements } from './Holds'
import { SegmentPieces } from './SegmentPieces'

const streamId = `0x${'ab'.repeat(32)}` as const
const place = (sequenceNumber: number) => ({ streamId, sequenceNumber: BigInt(sequenceNumber) })
const segmentWith = (...lengths: number[]) =>
  Object.assign(new SegmentPieces(place(0)), { canCheck: (length: number) => lengths.includes(length) })

describe('Holds', () => {
  test('of the statements that we can check, gives the statement about the largest number of bytes, and the time when the neighbour first made it', () => {
    const holds = new Holds()
    holds.add(place(0), { length: 20_000, pieces: [0, 1], nowMs: 5 })
    holds.add(place(0), { length: 20_000, pieces: [1], nowMs: 6 })
    holds.add(place(0), { length: 30_000, pieces: [1], nowMs: 7 })
    expect(holds.best(segmentWith(20_000, 30_000), 1, 0)).toEqual({ length: 30_000, sinceMs: 7 })
    expect(holds.best(segmentWith(20_000), 1, 0)).toEqual({ length: 20_000, sinceMs: 5 })
    expect(holds.best(segmentWith(20_000), 1, 20_000 - 16_384)).toBeUndefined()
    expect(holds.best(segmentWith(20_000), 2, 0)).toBeUndefined()
    expect([0, 1, 2].map((index) => holds.endOf(place(0), index))).toEqual([16_384, 30_000 - 16_384, 0])
  })

  test('forgets a piece that the neighbour no longer holds', () => {
    const holds = new Holds()
    holds.add(place(0), { length: 20_000, pieces: [0, 1], nowMs: 1 })
    holds.remove(place(0), 1)
    expect([0, 1].map((index) => holds.endOf(place(0), index))).toEqual([16_384, 0])
  })

  test('keeps the statements about one hour of segments in bounded memory, and drops the oldest statements', () => {
    const holds = new Holds()
    const pieces = Array.from({ length: 1_024 }, (_, index) => index)
    for (let number = 0; number < 1_800; number++)
      for (const length of [16_777_215, 16_777_216]) holds.add(place(number), { length, pieces, nowMs: number })
    expect(holds.size).toBeLessThanOrEqual(maxStatements)
    expect([1_700, 1_799].map((number) => holds.endOf(place(number), 1_023))).toEqual([0, 16_384])
    // Statements about many lengths of one segment are bounded, too.
    for (let length = 16_000_000; length < 16_001_000; length++)
      holds.add(place(7), { length, pieces: [900], nowMs: 1 })
    expect(holds.size).toBeLessThanOrEqual(maxStatements)
  })
})
