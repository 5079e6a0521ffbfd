import { expect, test } from 'vitest'
import { TokenBucket } from './TokenBucket'

test('a bucket starts with `burst` tokens, gains `perSecond` tokens a second, and never holds more than `burst`', () => {
  let nowMs = 0
  const bucket = new TokenBucket({ perSecond: 10, burst: 20, nowMs: () => nowMs })
  expect([bucket.take(20), bucket.take(1)]).toEqual([true, false])
  nowMs = 100
  expect([bucket.take(2), bucket.take(1), bucket.take(1)]).toEqual([false, true, false])
  nowMs = 1_000_000
  expect([bucket.take(21), bucket.take(20)]).toEqual([false, true])
})
