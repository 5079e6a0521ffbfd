import { expect, test } from 'vitest'
import { Cushion } from './Cushion'

test('the player keeps its usual latency while bytes come in time', () => {
  const cushion = new Cushion()
  for (let nowMs = 0; nowMs < 10_000; nowMs += 300) cushion.arrived(700, nowMs)
  expect(cushion.at(10_000)).toBe(0)
})

test('the player plays later after bytes came late, and returns to its usual latency within ten seconds', () => {
  const cushion = new Cushion()
  cushion.arrived(50, 0)
  expect(cushion.at(0)).toBe(550)
  cushion.arrived(0, 10)
  expect(cushion.at(10)).toBe(550)
  cushion.arrived(0, 500)
  expect(cushion.at(500)).toBe(1_150)
  cushion.arrived(900, 800)
  expect(cushion.at(3_500)).toBe(1_150)
  expect(cushion.at(4_500)).toBe(650)
  expect(cushion.at(5_800)).toBe(0)
})

test('the player plays at most three seconds later, however long bytes come late', () => {
  const cushion = new Cushion()
  for (let nowMs = 0; nowMs < 60_000; nowMs += 300) cushion.arrived(0, nowMs)
  expect(cushion.at(60_000)).toBe(3_000)
  expect(cushion.at(69_000)).toBe(0)
})
