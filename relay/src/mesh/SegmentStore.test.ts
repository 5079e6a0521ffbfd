import type { Hex } from 'viem'
import { describe, expect, test } from 'vitest'
import { type Held, SegmentStore, TooLargeError } from './SegmentStore'

const level = (digit: number): Hex => `0x${`${digit}`.repeat(64)}`
const held = (streamId: Hex, number: number, bytes = 100): Held => ({
  segment: {
    ...{ streamId, sequenceNumber: BigInt(number), startTimeMs: 0n, durationMs: 2_000 },
    ...{ dataHash: level(9), signature: '0x' },
  },
  data: new Uint8Array(bytes).fill(number),
})

describe('a segment store', () => {
  test('holds at most `maxBytes`, and drops the segments that arrived first', () => {
    const store = new SegmentStore({ maxBytes: 350 })
    for (const number of [1, 2, 3]) expect(store.put(held(level(1), number))).toEqual(new Set())
    expect(store.put(held(level(2), 7))).toEqual(new Set([level(1)]))
    expect(store.byteLength).toBe(300)
    expect(store.sequenceNumbers(level(1))).toEqual([2n, 3n])
    expect(store.levels).toEqual(new Set([level(1), level(2)]))
  })

  test('stores a copy, and ignores a second segment with the same sequence number', () => {
    const store = new SegmentStore({ maxBytes: 350 })
    const first = held(level(1), 1)
    store.put(first)
    first.data.fill(0)
    store.put({ ...first, data: new Uint8Array(200) })
    expect(store.get(first.segment)?.data).toEqual(new Uint8Array(100).fill(1))
    expect(store.byteLength).toBe(100)
  })

  test('refuses a segment that is larger than the store', () => {
    expect(() => new SegmentStore({ maxBytes: 50 }).put(held(level(1), 1))).toThrow(TooLargeError)
  })

  test('lists the sequence numbers that fit in one HAVE', () => {
    const store = new SegmentStore({ maxBytes: 1_000 })
    for (const number of [500, 3, 245, 244]) store.put(held(level(1), number, 1))
    expect(store.sequenceNumbers(level(1))).toEqual([245n, 500n])
    expect(store.sequenceNumbers(level(2))).toEqual([])
  })
})
