import { describe, expect, test } from 'vitest'
import { outcomeOf } from './Outcome'
import { large, type Scenario, small } from './Scenario'
import { simulate } from './simulate'

const scenario = (name: string, change: Partial<Scenario> = {}): Scenario => {
  const found = small.find((each) => each.name === name)
  expect(found).toBeDefined()
  return { ...(found as Scenario), ...change }
}

describe('simulate', () => {
  test('gives equal runs for equal scenarios', () => {
    const run = () => simulate(scenario('8 viewers', { seconds: 12 })).counters
    expect({ ...run(), planMs: 0 }).toEqual({ ...run(), planMs: 0 })
  })

  test('30 viewers with weak uplinks, free-riders and polluters: most bytes come from viewers, and no player stalls', () => {
    const { flashCrowd: _, massLeave: __, ...calm } = large(30)
    const { steadyOffload, stalls } = outcomeOf(simulate({ ...calm, seconds: 24, targetMs: 3_500 }))
    expect(steadyOffload).toBeGreaterThan(0.8)
    expect(stalls).toBe(0)
  })

  test('8 equal viewers with scarce uplinks: no viewer uploads twice as many bytes as another, and no player stalls', () => {
    const { steadyOffload, stalls, uploadRatio } = outcomeOf(
      simulate(scenario('8 viewers, uplink 1.5', { seconds: 60 })),
    )
    expect(steadyOffload).toBeGreaterThan(0.83)
    expect(stalls).toBe(0)
    expect(uploadRatio).toBeLessThan(2)
  })

  test.each([
    ['20 viewers', 0.945],
    ['40 viewers', 0.97],
  ])(
    '%s with equal uplinks: no viewer uploads twice as many bytes as another, and the offload is high',
    (name, offload) => {
      const { steadyOffload, stalls, uploadRatio } = outcomeOf(simulate(scenario(name, { seconds: 60 })))
      expect(steadyOffload).toBeGreaterThan(offload)
      expect(stalls).toBe(0)
      expect(uploadRatio).toBeLessThan(2)
    },
  )

  test.each(['8 viewers, one lies', '8 viewers, one pollutes', '8 viewers, churn 1 in 10 s, target 2 s'])(
    '%s: no player stalls',
    (name) => {
      expect(outcomeOf(simulate(scenario(name, { seconds: 40 }))).stalls).toBe(0)
    },
  )

  test('15 s after the end of a starvation of all machines, all players are at their target, and the offload is above 75 %', () => {
    const { samples } = simulate(scenario('8 viewers, 20 s of starvation', { seconds: 90 }))
    const after = samples.filter(({ seconds }) => seconds > 85)
    for (const { p95Ms, stalled, originBytes, usefulBytes } of after) {
      expect(p95Ms).toBeLessThan(3_500)
      expect(stalled).toBe(0)
      expect(originBytes / usefulBytes).toBeLessThan(0.25)
    }
  })
})
