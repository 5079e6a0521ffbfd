import { describe, expect, test } from 'vitest'
import { mayQueue, maySubscribe, nextUpload, tiersOf, type Waiting } from './serve'

const waiting = (change: Partial<Waiting>): Waiting => ({
  ...{ tier: 1, copies: 0, deadlineMs: 1_000, byteLength: 16_384 },
  ...change,
})

test('the four best contributors and the optimistic slot come first, free-riders last', () => {
  const gave = [5, 4, 3, 2, 1, 0, 0].map((bytesFrom) => ({ bytesFrom: bytesFrom * 1_000, bytesTo: 10_000_000 }))
  expect(tiersOf(gave, 5)).toEqual([0, 0, 0, 0, 1, 0, 2])
})

test('a new neighbour is no free-rider before it took half a megabyte', () => {
  const contributions = [
    { bytesFrom: 0, bytesTo: 500_000 },
    { bytesFrom: 0, bytesTo: 600_000 },
    { bytesFrom: 1, bytesTo: 0 },
  ]
  expect(tiersOf(contributions, 2)).toEqual([1, 2, 0])
})

describe('nextUpload', () => {
  test('chooses nothing from an empty queue', () => {
    expect(nextUpload([])).toBeUndefined()
  })

  test('chooses the nearest deadline; of equal deadlines, the rarer piece; of equally rare pieces, the better contributor', () => {
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
  const queue = { queuedBytes: 90_000, bytesPerMs: 100, nowMs: 0 }
  expect(mayQueue({ byteLength: 5_000, deadlineMs: 1_000 }, queue)).toBe(true)
  expect(mayQueue({ byteLength: 15_000, deadlineMs: 1_000 }, queue)).toBe(false)
  expect(mayQueue({ byteLength: 1, deadlineMs: 1_000 }, { queuedBytes: 0, bytesPerMs: 0, nowMs: 0 })).toBe(false)
})

test('a new child must leave a fifth of the uplink for requests', () => {
  expect(maySubscribe({ children: 7, stripeBytesPerMs: 10, bytesPerMs: 100 })).toBe(true)
  expect(maySubscribe({ children: 8, stripeBytesPerMs: 10, bytesPerMs: 100 })).toBe(false)
})
