import { expect, it } from 'vitest'
import { RoomLatency } from './RoomLatency'

it('the latency of a room that looks small for a moment decreases slowly, and a larger room counts at once', () => {
  const latency = new RoomLatency()
  expect(latency.at(5, 10_000)).toBe(0)
  expect(latency.at(100, 11_000)).toBe(2_000)
  expect(latency.at(1, 12_000)).toBe(1_900)
  expect(latency.at(1, 12_500)).toBe(1_850)
  expect(latency.at(100, 13_000)).toBe(2_000)
  expect(latency.at(1, 60_000)).toBe(0)
})
