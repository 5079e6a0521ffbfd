import { describe, expect, test } from 'vitest'
import { bytesBefore, isFreeRider, mayGive, mayQueue, maySubscribe, nextUpload, tiersOf, type Waiting } from './serve'

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

test('in a room of 18 to 40 members, a member gives each piece to at most three neighbours', () => {
  expect([2, 3].map((copies) => mayGive({ roomSize: 18, copies }))).toEqual([true, false])
  expect([17, 41].map((roomSize) => mayGive({ roomSize, copies: 16 }))).toEqual([true, true])
})

test('a stripe is pushed to one more child only if a fifth of the uplink stays free for requests', () => {
  expect(maySubscribe({ children: 7, stripeBytesPerMs: 10, bytesPerMs: 100 })).toBe(true)
  expect(maySubscribe({ children: 8, stripeBytesPerMs: 10, bytesPerMs: 100 })).toBe(false)
})
