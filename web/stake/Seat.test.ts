import { parseEther } from 'viem'
import { expect, test } from 'vitest'
import { stakingOf, transcoderOf } from '../testbeds/staking'
import { middlePrice, seatNeedOf, wholeLpt } from './Seat'

const { terms } = stakingOf()
const transcoders = [
  transcoderOf(1, { stake: parseEther('300'), pricePerUnit: 300n }),
  transcoderOf(2, { stake: parseEther('200'), pricePerUnit: 100n, standing: 'next' }),
  transcoderOf(3, { stake: parseEther('100'), pricePerUnit: 200n, standing: 'waiting' }),
  transcoderOf(4, { stake: parseEther('50'), pricePerUnit: 50n, standing: 'guest' }),
]
const needOf = (poolSize: bigint, minSelfStake = parseEther('1')) =>
  seatNeedOf({ transcoders, terms: { ...terms, poolSize, minSelfStake } })

test('while a seat is vacant, a transcoder needs only its own stake', () => {
  expect(needOf(5n)).toEqual({ vacant: 3, own: parseEther('1'), stake: parseEther('1') })
})

test('in a full pool, a transcoder needs more stake than the transcoder that has the lowest stake with a seat', () => {
  for (const poolSize of [2n, 1n])
    expect(needOf(poolSize)).toEqual({ vacant: 0, own: parseEther('1'), stake: parseEther('200') + 1n })
  expect(needOf(2n, parseEther('1000')).stake).toBe(parseEther('1000'))
})

test('the commands have whole LPT, and the middle price of the active transcoders', () => {
  expect([0n, 1n, parseEther('200'), parseEther('200') + 1n].map(wholeLpt)).toEqual([0n, 1n, 200n, 201n])
  expect(middlePrice(transcoders)).toBe(300n)
  expect(middlePrice(transcoders.slice(0, 1))).toBe(300n)
  expect(middlePrice([])).toBeUndefined()
})
