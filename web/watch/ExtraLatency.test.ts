import { expect, test } from 'vitest'
import { ExtraLatency } from './ExtraLatency'

test('the player adds no latency while bytes come in time', () => {
  const latency = new ExtraLatency()
  for (let nowMs = 0; nowMs < 10_000; nowMs += 300) latency.arrived(700, nowMs)
  expect(latency.at(10_000)).toBe(0)
})

test('the player adds latency when bytes come late, and removes it within ten seconds after the last late bytes', () => {
  const latency = new ExtraLatency()
  latency.arrived(50, 0)
  expect(latency.at(0)).toBe(550)
  latency.arrived(0, 10)
  expect(latency.at(10)).toBe(550)
  latency.arrived(0, 500)
  expect(latency.at(500)).toBe(1_150)
  latency.arrived(900, 800)
  expect(latency.at(3_500)).toBe(1_150)
  expect(latency.at(4_500)).toBe(650)
  expect(latency.at(5_800)).toBe(0)
})

test('the player adds at most three seconds, also when bytes come late for a long time', () => {
  const latency = new ExtraLatency()
  for (let nowMs = 0; nowMs < 60_000; nowMs += 300) latency.arrived(0, nowMs)
  expect(latency.at(60_000)).toBe(3_000)
  expect(latency.at(69_000)).toBe(0)
})
