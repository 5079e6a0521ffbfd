import { describe, expect, it } from 'vitest'
import { figuresOf, type Life } from './figures'
import type { Reading } from './viewers/probe'

const reading = (change: Partial<Reading>): Reading => ({
  ...{ firstPictureMs: 800, deliveredS: 0, stalls: 0, stalledS: 0, height: 480, sentBytes: 0, receivedBytes: 0 },
  behindS: { sum: 0, count: 0, newest: 0 },
  ...change,
})

const life = (from: Partial<Reading>, to: Partial<Reading>): Life => ({ from: reading(from), to: reading(to) })

const behind = (sum: number, count: number) => ({ behindS: { sum, count, newest: 0 } })

describe('figuresOf', () => {
  it('gives the offload: the part of the media delivered between the two readings that the origin did not send', () => {
    const lives = [life({ deliveredS: 100 }, { deliveredS: 110 }), life({ deliveredS: 50 }, { deliveredS: 60 })]
    expect(figuresOf({ all: lives, stayed: lives, originBytes: 5_000, bytesPerS: 1_000 }).offload).toBe(0.75)
  })

  it('also counts the media that reached viewers that joined or left during the measurement', () => {
    const stayed = [life({ deliveredS: 100 }, { deliveredS: 110 })]
    const all = [...stayed, life({}, { deliveredS: 6 }), life({ deliveredS: 80 }, { deliveredS: 84 })]
    expect(figuresOf({ all, stayed, originBytes: 10_000, bytesPerS: 1_000 }).offload).toBe(0.5)
  })

  it('gives a negative offload when the origin sent more than was delivered', () => {
    const lives = [life({}, { deliveredS: 10 })]
    expect(figuresOf({ all: lives, stayed: lives, originBytes: 15_000, bytesPerS: 1_000 }).offload).toBe(-0.5)
  })

  it('counts received bytes beyond the delivered media as surplus', () => {
    const lives = [life({ receivedBytes: 1_000 }, { deliveredS: 10, receivedBytes: 7_000 })]
    expect(figuresOf({ all: lives, stayed: lives, originBytes: 5_000, bytesPerS: 1_000 }).surplus).toBeCloseTo(0.1)
  })

  it('gives the mean distance from live over the samples of all viewers, and the largest mean of one viewer', () => {
    const all = [life(behind(100, 10), behind(130, 20)), life({}, behind(50, 10)), life({}, {})]
    expect(figuresOf({ all, stayed: [], originBytes: 0, bytesPerS: 1 }).behindS).toEqual({ mean: 4, worst: 5 })
  })

  it('divides the largest upload of the viewers that stayed by the smallest', () => {
    const stayed = [life({ sentBytes: 10 }, { sentBytes: 40 }), life({}, { sentBytes: 15 })]
    const all = [...stayed, life({}, { sentBytes: 1 })]
    expect(figuresOf({ all, stayed, originBytes: 0, bytesPerS: 1 }).uploadSpread).toBe(2)
  })
})
