import { describe, expect, test } from 'vitest'
import { seedOf } from './owners'
import type { Member } from './Situation'
import {
  bytesBefore,
  isFreeRider,
  isProven,
  isReliable,
  mayGive,
  mayQueue,
  nextUpload,
  tiersOf,
  type Waiting,
} from './serve'

const waiting = (change: Partial<Waiting>): Waiting => ({
  ...{ tier: 1, copies: 0, deadlineMs: 1_000, byteLength: 16_384 },
  ...change,
})

test('the four neighbours that gave the most bytes, and the neighbour in the random slot, come first; free-riders come last', () => {
  const gave = [5, 4, 3, 2, 1, 0, 0].map((bytesFrom) => ({
    bytesFrom: bytesFrom * 1_000_000,
    bytesTo: 10_000_000,
    totalBytesTo: 10_000_000,
  }))
  expect(tiersOf(gave, 5)).toEqual([0, 0, 0, 0, 1, 0, 2])
})

test('a new neighbour is not a free-rider before it has taken 128 KiB', () => {
  const isRider = (bytes: number) => isFreeRider({ bytesFrom: 0, bytesTo: bytes, totalBytesTo: bytes })
  expect([130_000, 140_000].map(isRider)).toEqual([false, true])
})

test('a neighbour that gives less than 1/32 of the bytes that it takes is a free-rider, and a neighbour that gives 1/16 is not', () => {
  const took = { bytesTo: 1_000_000, totalBytesTo: 1_000_000 }
  expect(isFreeRider({ bytesFrom: 16_384, ...took })).toBe(true)
  expect(isFreeRider({ bytesFrom: 1_000_000 / 16, ...took })).toBe(false)
})

test('a free-rider gets its first 128 KiB only once', () => {
  expect(isFreeRider({ bytesFrom: 0, bytesTo: 0, totalBytesTo: 1_000_000 })).toBe(true)
})

test('uploads to free-riders do not delay other uploads', () => {
  const queue = [waiting({ tier: 2 }), waiting({}), waiting({ tier: 0 })]
  expect([bytesBefore(queue, 0), bytesBefore(queue, 1), bytesBefore(queue, 2)]).toEqual([32_768, 32_768, 49_152])
})

describe('nextUpload', () => {
  test('chooses nothing from an empty queue', () => {
    expect(nextUpload([])).toBeUndefined()
  })

  test('chooses the nearest deadline; of equal deadlines, the rarer piece; of equally rare pieces, the lower tier', () => {
    expect(nextUpload([waiting({ deadlineMs: 2_000 }), waiting({ deadlineMs: 1_500 })])).toBe(1)
    expect(nextUpload([waiting({ copies: 3, tier: 0 }), waiting({ copies: 1 })])).toBe(1)
    expect(nextUpload([waiting({}), waiting({ tier: 0 })])).toBe(1)
  })

  test('sends to a free-rider only if nothing else waits', () => {
    expect(nextUpload([waiting({ tier: 2, deadlineMs: 1 }), waiting({ deadlineMs: 9_000 })])).toBe(1)
    expect(nextUpload([waiting({ tier: 2 })])).toBe(0)
  })
})

test('a piece enters the queue only if the uplink can send it before its deadline', () => {
  const queue = { queuedBytes: 20_000, bytesPerMs: 100, nowMs: 0 }
  expect(mayQueue({ byteLength: 5_000, deadlineMs: 280 }, queue)).toBe(true)
  expect(mayQueue({ byteLength: 9_000, deadlineMs: 280 }, queue)).toBe(false)
  expect(mayQueue({ byteLength: 1, deadlineMs: 1_000 }, { queuedBytes: 0, bytesPerMs: 0, nowMs: 0 })).toBe(false)
})

test('a piece does not wait longer in the queue than its receiver waits', () => {
  const queue = { queuedBytes: 20_000, bytesPerMs: 100, nowMs: 0 }
  expect(mayQueue({ byteLength: 9_000, deadlineMs: 9_000 }, queue)).toBe(true)
  expect(mayQueue({ byteLength: 11_000, deadlineMs: 9_000 }, queue)).toBe(false)
})

test('a neighbour that recently took much and gave less than 1/32 is not reliable', () => {
  const taker = { bytesFrom: 3_000, bytesTo: 200_000, totalBytesTo: 200_000 }
  expect(isReliable(taker)).toBe(false)
  expect(isReliable({ ...taker, bytesFrom: 7_000 })).toBe(true)
  // The stream was away for some minutes.
  expect(isReliable({ bytesFrom: 0, bytesTo: 10, totalBytesTo: 200_000 })).toBe(true)
})

test('a neighbour is proven after its first correct piece, while it is reliable', () => {
  expect(isProven({ bytesFrom: 0, bytesTo: 0, totalBytesTo: 0 })).toBe(false)
  expect(isProven({ bytesFrom: 1, bytesTo: 0, totalBytesTo: 0 })).toBe(true)
  expect(isProven({ bytesFrom: 1, bytesTo: 200_000, totalBytesTo: 200_000 })).toBe(false)
})

describe('mayGive', () => {
  const member = (number: number, weight = 1): Member => ({ id: `0x${number}`, seed: seedOf(`${number}`), weight })
  const others = (count: number) => Array.from({ length: count }, (_, index) => member(index + 1))
  /** To how many neighbours a member gives a piece, in the mean over many pieces. */
  const meanCopies = (weight: number, members: readonly Member[]) => {
    let sum = 0
    for (let seed = 0; seed < 1_000; seed++)
      for (let copies = 0; copies < 16; copies++)
        if (mayGive({ self: member(0, weight), members, seed, copies, withinMs: 2_000 })) sum++
    return sum / 1_000
  }

  test('sets no limit in a room whose members are all connected', () => {
    expect(meanCopies(1, others(16))).toBe(16)
  })

  test('gives a piece to six neighbours in a larger room of equal members, and to more or fewer in proportion to the weight', () => {
    expect(meanCopies(1, others(17))).toBeCloseTo(6, 1)
    expect(meanCopies(2, others(99))).toBeCloseTo(11.9, 0)
    expect(meanCopies(0.25, others(99))).toBeCloseTo(1.5, 1)
    expect(meanCopies(0, others(99))).toBe(0)
  })

  test('sets no limit for a receiver that would have to ask the relay soon', () => {
    const late = { self: member(0), members: others(20), seed: 1, copies: 9 }
    expect(mayGive({ ...late, withinMs: 1_001 })).toBe(false)
    expect(mayGive({ ...late, withinMs: 1_000 })).toBe(true)
  })
})
