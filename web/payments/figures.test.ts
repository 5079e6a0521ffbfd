import { describe, expect, it } from 'vitest'
import { earnedByUploading, minutesLeft, pricePerMinute, type Sample, withSample } from './figures'

/** 100,000 bytes and 50,000 wei in each second. */
const samplesOf = (seconds: number): Sample[] =>
  Array.from({ length: seconds + 1 }, (_, at) => ({
    atMs: at * 1_000,
    spent: BigInt(at * 50_000),
    bytes: at * 100_000,
  }))

describe('pricePerMinute', () => {
  it('is the price of the measured bytes, and of an assumed stream before there is a measurement', () => {
    expect(pricePerMinute([], 2n)).toBe(2n * 60n * 312_500n)
    expect(pricePerMinute(samplesOf(5), 2n)).toBe(2n * 60n * 312_500n)
    expect(pricePerMinute(samplesOf(30), 2n)).toBe(2n * 60n * 100_000n)
  })
})

describe('minutesLeft', () => {
  it('is at the full price at first, and later at the measured rate', () => {
    expect(minutesLeft(12_000_000n, samplesOf(30), 1n)).toBe(2)
    expect(minutesLeft(12_000_000n, samplesOf(90), 1n)).toBe(4)
  })

  it('is undefined while nothing is spent', () => {
    const idle = samplesOf(90).map((sample) => ({ ...sample, spent: 7n }))
    expect(minutesLeft(1n, idle, 1n)).toBeUndefined()
    expect(minutesLeft(1n, [], 0n)).toBeUndefined()
  })
})

describe('withSample', () => {
  it('forgets what is older than two minutes', () => {
    const samples = samplesOf(300).reduce<Sample[]>((known, sample) => withSample(known, sample), [])
    expect(samples.length).toBe(120)
    expect(samples.at(-1)?.atMs).toBe(300_000)
  })
})

describe('earnedByUploading', () => {
  it('is at most what the relays gave, and at most what was uploaded', () => {
    const uploaded = { bytesToPeers: 1_000, weiPerByte: 3n }
    expect(earnedByUploading({ ...uploaded, given: 50n })).toBe(50n)
    expect(earnedByUploading({ ...uploaded, given: 10n ** 6n })).toBe(3_000n)
  })
})
