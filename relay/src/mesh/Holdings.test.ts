import type { Hex } from 'viem'
import { describe, expect, test } from 'vitest'
import { Holdings } from './Holdings'

const level = (number: number): Hex => `0x${number.toString(16).padStart(64, '0')}`
const update = (holdings: Holdings, streamId: Hex, numbers: readonly number[], isWhole = false) =>
  holdings.update({ streamId, isWhole, sequenceNumbers: numbers.map(BigInt) })
const at = (streamId: Hex, number: number) => ({ streamId, sequenceNumber: BigInt(number) })

describe('holdings', () => {
  test('grow when a HAVE adds numbers, and are replaced when a HAVE with `isWhole` comes', () => {
    const holdings = new Holdings()
    update(holdings, level(1), [1, 2], true)
    update(holdings, level(1), [3])
    expect([1, 2, 3, 4].map((number) => holdings.has(at(level(1), number)))).toEqual([true, true, true, false])
    update(holdings, level(1), [3], true)
    expect(holdings.has(at(level(1), 1))).toBe(false)
    holdings.remove(at(level(1), 3))
    expect(holdings.has(at(level(1), 3))).toBe(false)
  })

  test('show that a peer follows a level at a segment if the peer holds this segment or one of the four segments before it', () => {
    const holdings = new Holdings()
    update(holdings, level(1), [10], true)
    const follows = [10, 11, 14, 15, 9].map((number) => holdings.isFollowing(at(level(1), number)))
    expect(follows).toEqual([true, true, true, false, false])
    expect(holdings.isFollowing(at(level(2), 11))).toBe(false)
  })

  test('never hold more than 16 levels and 256 numbers of each level', () => {
    const holdings = new Holdings()
    for (let number = 0; number < 1_000; number++) update(holdings, level(1), [number])
    const known = Array.from({ length: 1_000 }, (_, number) => holdings.has(at(level(1), number)))
    expect(known.filter(Boolean)).toHaveLength(256)
    expect(holdings.has(at(level(1), 999))).toBe(true)
    for (let number = 2; number <= 17; number++) update(holdings, level(number), [1], true)
    expect([level(1), level(2), level(17)].map((streamId) => holdings.has(at(streamId, 1)))).toEqual([
      false,
      true,
      true,
    ])
    expect(holdings.has(at(level(1), 999))).toBe(false)
  })
})
