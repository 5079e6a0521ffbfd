import { describe, expect, test } from 'vitest'
import { base, demand, type World } from './Market'
import { averageSeat } from './Network'
import { cappedPadding, paddingBoundary, paddingCost, paddingGain, paddingWork, withheld } from './padding'

const seat = averageSeat(base.network)
const live = (streams: number): World => ({ ...base, market: { ...base.market, streams } })

test('padding puts who does all of its share just at the tolerance', () => {
  const world = live(100)
  const share = 1 / base.network.seats
  const real = demand(world)
  expect((share * real) / (real + paddingWork(world))).toBeCloseTo(base.network.requiredPart * share, 12)
})

test('padding makes work expected where there was none', () => {
  const { windowRounds, seats, minExpectedWork } = base.network
  expect((paddingWork(live(0)) * windowRounds) / seats).toBeCloseTo(minExpectedWork, 0)
})

test('padding costs more the more real work there is, and less the larger the ladders that count', () => {
  const costs = [10, 100, 1_000].map((streams) => paddingCost(live(streams), seat, paddingWork(live(streams))))
  expect(costs).toEqual([...costs].sort((a, b) => a - b))
  const work = paddingWork(base)
  expect(paddingCost(base, seat, work, 24e6)).toBeGreaterThan(100 * paddingCost(base, seat, work))
})

test('padding pays for itself below its boundary only', () => {
  const streams = paddingBoundary(base, seat)
  const net = (world: World) => paddingGain(world, seat) - paddingCost(world, seat, paddingWork(world))
  expect(net(live(streams * 0.99))).toBeGreaterThan(0)
  expect(net(live(streams * 1.01))).toBeLessThan(0)
})

test('what padding brings is a part of what it takes', () => {
  expect(paddingGain(base, seat) / withheld(base, seat)).toBeCloseTo(0.5 / base.network.seats, 12)
})

describe('with a cap on what counts', () => {
  test.each([0.001, 0.01, 0.1, 0.2])('fake work of a share of %d settles where the formula says', (share) => {
    const real = 1
    let all = real
    for (let window = 0; window < 2_000; window++) all = real + 4 * share * all
    expect(all - real).toBeCloseTo(cappedPadding(share, 4), 9)
  })

  test('needs (1 − required part) ÷ cap of all stake to put others below the tolerance', () => {
    const { requiredPart } = base.network
    const needed = 1 / requiredPart - 1
    expect(cappedPadding((1 - requiredPart) / 4, 4)).toBeCloseTo(needed, 9)
    expect(cappedPadding(1 / 4, 4)).toBe(Infinity)
  })
})
