import { expect, test } from 'vitest'
import { stakingOf, transcoderOf } from '../testbeds/staking'
import { type Filter, initial, type Listing, listed } from './Listing'

const staking = stakingOf({
  transcoders: [
    transcoderOf(1, { relay: 'https://one.example', stake: 1n }),
    transcoderOf(2, { relay: 'https://two.example/lp', stake: 2n, isAvailable: false }),
    transcoderOf(0xabc, { standing: 'waiting', stake: 3n, missedRewards: 1 }),
  ],
})
const ids = (listing: Partial<Listing>) =>
  listed(staking, { ...initial, ...listing }).map(({ address }) => Number(address))

test('a person finds a transcoder by a part of its address or of the name of its relay', () => {
  expect(ids({})).toEqual([0xabc, 2, 1])
  expect(ids({ text: ' 0aBC ' })).toEqual([0xabc])
  expect(ids({ text: 'TWO.' })).toEqual([2])
  expect(ids({ text: 'example' })).toEqual([2, 1])
  expect(ids({ text: 'nobody' })).toEqual([])
})

test.each<[Filter, number[]]>([
  ['all', [0xabc, 2, 1]],
  ['active', [2, 1]],
  ['open', [1]],
  ['clean', [2, 1]],
])('the filter %s shows %j', (filter, expected) => {
  expect(ids({ filter })).toEqual(expected)
})
