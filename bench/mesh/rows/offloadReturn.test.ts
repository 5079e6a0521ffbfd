import { expect, test } from 'vitest'
import { offloadOf, returnedAfterMs, type Totals } from './offloadReturn'

const bytesPerS = 187_500

/** One moment in each second. Four viewers play in real time; `shares`: the part of their media that the origin sent in each second. */
function momentsOf(shares: readonly number[]): Totals[] {
  let originBytes = 0
  const later = shares.map((share, index) => {
    originBytes += share * 4 * bytesPerS
    return { atMs: 1_000 * (index + 1), deliveredS: 4 * (index + 1), originBytes }
  })
  return [{ atMs: 0, deliveredS: 0, originBytes: 0 }, ...later]
}

test('the offload is the part of the delivered media that the origin did not send', () => {
  const [from, , to] = momentsOf([0.25, 0.5]) as [Totals, Totals, Totals]
  expect(offloadOf(from, to)).toBeCloseTo(0.625)
})

test('the offload is back at the begin of the first window of six seconds that is good enough', () => {
  const moments = momentsOf([1, 1, 1, ...Array(8).fill(0.25)])
  expect(returnedAfterMs(moments, 0.7)).toBe(3_000)
  // The window from the second second on: one bad second, five good seconds.
  expect(returnedAfterMs(moments, 0.6)).toBe(2_000)
  expect(returnedAfterMs(moments.slice(0, 8), 0.7)).toBeUndefined()
})
