import { parseEther } from 'viem'
import { describe, expect, it } from 'vitest'
import { transcoderOf as transcoder } from '../testbeds/staking'
import { pricePerHour, type SortKey, type Standing, shareOf, sorted, standingOf } from './Transcoder'

describe('standingOf', () => {
  it.each<[boolean, boolean, Standing]>([
    [true, true, 'active'],
    [true, false, 'next'],
    [false, true, 'guest'],
    [false, false, 'waiting'],
  ])('seated %s, active %s: %s', (seated, active, standing) => expect(standingOf({ seated, active })).toBe(standing))
})

describe('shareOf', () => {
  it('is the transcoder’s part of the stake of all active transcoders, and undefined for an inactive transcoder', () => {
    const all = [transcoder(1), transcoder(2, { standing: 'guest', stake: parseEther('300') })]
    const waiting = transcoder(3, { standing: 'waiting', stake: parseEther('900') })
    expect([...all, waiting].map((one) => shareOf(one, [...all, waiting]))).toEqual([0.25, 0.75, undefined])
  })
})

describe('sorted', () => {
  const all = [
    transcoder(3, { stake: 5n, blockRewardCut: 1n, feeShare: 9n, pricePerUnit: 3n }),
    transcoder(2, { stake: 5n, blockRewardCut: 2n, feeShare: 9n, pricePerUnit: 2n }),
    transcoder(1, { stake: 7n, blockRewardCut: 3n, feeShare: 8n, pricePerUnit: 1n }),
  ]
  const ids = (key: SortKey, isReversed = false) =>
    sorted(all, { key, isReversed }).map(({ address }) => Number(address))

  it('puts the transcoder that is best for a delegator first, and can reverse the order', () => {
    expect(ids('stake')).toEqual([1, 2, 3])
    expect(ids('cut')).toEqual([3, 2, 1])
    expect(ids('fees')).toEqual([2, 3, 1])
    expect(ids('price')).toEqual([1, 2, 3])
    expect(ids('cut', true)).toEqual([1, 2, 3])
  })

  it('sorts transcoders with equal stakes by address', () => {
    expect(ids('stake', true)).toEqual([2, 3, 1])
  })
})

describe('pricePerHour', () => {
  it('is the price of an hour of a 720p stream with all lower renditions', () => {
    const pixels = 854 * 480 + 640 * 360 + 426 * 240
    const hour = pricePerHour(transcoder(1))
    expect(hour).toBeGreaterThan(100n * 3_600n * BigInt(pixels * 20))
    expect(hour).toBeLessThan(2n * 100n * 3_600n * BigInt(pixels * 20))
  })
})
