import { expect, test } from 'vitest'
import { Latency } from './Latency'

/** Hears of a segment every two seconds, with these times from the end of the capture to the arrival, in milliseconds. */
function heard(...delaysMs: number[]): Latency {
  const latency = new Latency()
  for (const [index, delayMs] of delaysMs.entries()) latency.hear(index * 2_000, index * 2_000 + delayMs)
  return latency
}

test('the latency is known while new segments come soon after their capture, also if some of them come late', () => {
  for (const latency of [heard(300), heard(-50), heard(5_000, 9_000, 1_200, 6_000)]) {
    expect(latency.of(10_000, 12_140)).toBe(2_100)
    expect(latency.of(10_000, 23_000)).toBe(13_000)
  }
})

test('the latency is not known if segments come before their capture, or if all segments come long after it', () => {
  for (const latency of [heard(60_300, 60_200, 61_000), heard(-59_700), heard(-1_000, 200)])
    expect(latency.of(10_000, 12_000)).toBeUndefined()
})

test('the latency is not known before the first segment, or without a capture time, and is never negative', () => {
  expect(heard().of(10_000, 12_000)).toBeUndefined()
  expect(heard(300).of(undefined, 12_000)).toBeUndefined()
  expect(heard(300).of(12_100, 12_000)).toBeUndefined()
})

test('after a wrong clock is corrected, the latency is known after eight more segments', () => {
  const corrected = Array.from({ length: 8 }, () => 400)
  expect(heard(-59_700, ...corrected.slice(1)).of(10_000, 12_000)).toBeUndefined()
  expect(heard(-59_700, ...corrected).of(10_000, 12_000)).toBe(2_000)
})

test('a segment that is not newer than the newest segment so far does not change the latency', () => {
  const latency = heard(60_000)
  latency.hear(0, 300)
  latency.hear(-2_000, -1_700)
  expect(latency.of(10_000, 12_000)).toBeUndefined()
})
