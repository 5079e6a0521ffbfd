import type { Segment } from '@lp/contracts/protocol'
import { describe, expect, it } from 'vitest'
import { Timeline } from './Timeline'

const segment = (sequenceNumber: bigint, startTimeMs: bigint): Segment.Header => ({
  ...{ streamId: '0x', dataHash: '0x', durationMs: 2_000 },
  sequenceNumber,
  startTimeMs,
})

/** A timeline of these segments. Each segment is given as [sequence number, start in ms]. */
function timeline(...segments: readonly (readonly [bigint, bigint])[]) {
  const line = new Timeline()
  for (const [sequenceNumber, startTimeMs] of segments) line.add(segment(sequenceNumber, startTimeMs))
  return line
}

describe('Timeline', () => {
  it('has no break where missing sequence numbers explain the time between two segments', () => {
    expect(timeline([0n, 0n], [1n, 2_020n], [2n, 3_990n], [5n, 10_000n]).breaks).toEqual([])
  })

  it('has a break after the broadcaster’s tab has slept, and after the broadcaster’s clock has gone back', () => {
    expect(timeline([0n, 0n], [1n, 2_000n], [2n, 30_000n], [3n, 32_000n]).breaks).toEqual([2n])
    expect(timeline([0n, 10_000n], [1n, 0n]).breaks).toEqual([1n])
    expect(timeline([0n, 0n], [3n, 60_000n]).breaks).toEqual([3n])
  })

  it('has a break at the first segment of a handover or, if this segment is already published, at the first segment that is not published yet', () => {
    const line = timeline([0n, 0n], [1n, 2_000n])
    line.breakAt(1n)
    expect(line.breaks).toEqual([2n])
    line.breakAt(9n)
    line.breakNext()
    expect(line.breaks).toEqual([2n, 9n])
  })

  it('records no break while it has no segment', () => {
    const line = timeline()
    line.breakNext()
    line.breakAt(7n)
    expect(line.breaks).toEqual([])
  })
})
