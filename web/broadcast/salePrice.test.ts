import { expect, test } from 'vitest'
import { incomeOf, secondsPerStep, weiPerMinuteOf, weiPerSegmentOf } from './salePrice'

test('the price of a segment is a thirtieth of the price of a minute, and never 0', () => {
  expect([weiPerSegmentOf(3_000n), weiPerSegmentOf(3_001n), weiPerSegmentOf(1n)]).toEqual([100n, 101n, 1n])
  expect(weiPerMinuteOf(100n)).toBe(3_000n)
})

test('viewers pay in steps of ten seconds, and the transcoder gets 5 %', () => {
  expect(secondsPerStep).toBe(10n)
  expect(incomeOf(1_000n)).toBe(950n)
})
