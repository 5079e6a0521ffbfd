import { describe, expect, test } from 'vitest'
import { simulate, type Terms } from '../../testbeds/simulate'

/** One simulated minute of a stream of 2.4 Mbit/s. Each segment appears two seconds before its deadline. */
const minute = { segments: 30 } satisfies Partial<Terms>

describe('viewers who share a live stream', () => {
  test.each([
    [2, 0.4],
    [3, 0.6],
    [5, 0.7],
    // The gateway sends each segment twice when there are 8 viewers, and four times when there are 16 viewers.
    [8, 0.65],
    [16, 0.65],
  ])(
    '%i viewers with good uplinks get more than %d of all bytes from each other, and no segment is late',
    (viewers, share) => {
      const { shareFromViewers, misses } = simulate({ ...minute, viewers })
      expect(shareFromViewers).toBeGreaterThan(share)
      expect(misses).toBe(0)
    },
  )

  test('three viewers get more than two fifths of all bytes from each other, even if the gateway needs up to 0.6 s for a segment', () => {
    for (const seed of [1, 2, 3]) {
      const outcome = simulate({ ...minute, viewers: 3, seed, gatewayMs: (random) => 200 + 400 * random() })
      expect(outcome.shareFromViewers).toBeGreaterThan(0.4)
      expect(outcome.misses).toBe(0)
    }
  })

  test.each<[string, Partial<Terms>]>([
    ['uplinks are narrow', { uplinkBytesPerMs: (random) => 100 + 900 * random() }],
    ['round trips are long', { delayMs: (random) => 20 + 130 * random() }],
    ['the gateway needs up to a second for a segment', { gatewayMs: (random) => 300 + 700 * random() }],
    ['every third viewer answers no request', { isSilent: (index) => index % 3 === 1 }],
    [
      'half of the viewers leave',
      { leavesMs: (index) => (index % 2 ? 20_000 + 3_100 * index : Number.POSITIVE_INFINITY) },
    ],
  ])('eight viewers get no segment late when %s', (_, terms) => {
    for (const seed of [1, 2, 3]) expect(simulate({ ...minute, viewers: 8, seed, ...terms }).misses).toBe(0)
  })

  test('have the same outcome for the same seed', () => {
    const terms: Terms = { ...minute, viewers: 6, seed: 9, uplinkBytesPerMs: (random) => 300 + 3_000 * random() }
    expect(simulate(terms)).toEqual(simulate(terms))
  })
})
