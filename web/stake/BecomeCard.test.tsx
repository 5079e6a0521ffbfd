import { renderToStaticMarkup } from 'react-dom/server'
import { parseEther } from 'viem'
import { expect, test } from 'vitest'
import { stakingOf, transcoderOf } from '../testbeds/staking'
import { BecomeCard } from './BecomeCard'

const textFor = (poolSize: bigint) => {
  const { terms } = stakingOf()
  const transcoders = [transcoderOf(1, { stake: parseEther('1234.5'), pricePerUnit: 70n })]
  const staking = stakingOf({ transcoders, terms: { ...terms, poolSize } })
  return renderToStaticMarkup(<BecomeCard staking={staking} />).replace(/<[^>]*>/g, ' ')
}

test('the commands have the stake that takes a seat now, and the price of the other transcoders', () => {
  expect(textFor(3n)).toContain('2 seats are vacant')
  expect(textFor(3n)).toContain('--stake 1 --price 70')
  expect(textFor(1n)).toContain('needs more than 1,234.5 LPT')
  expect(textFor(1n)).toContain('--stake 1235 --price 70')
})
