import { parseEther } from 'viem'
import { describe, expect, it } from 'vitest'
import { formatAmount, formatLpt, parseAmount } from './amount'

describe('formatAmount', () => {
  it.each([
    ['0', '0 ETH'],
    ['1', '1 ETH'],
    ['100', '100 ETH'],
    ['1.5', '1.5 ETH'],
    ['0.004', '0.004 ETH'],
    ['0.000123456', '0.0001235 ETH'],
    ['9999.87654', '10000 ETH'],
    ['12345.678', '12346 ETH'],
    ['0.00000603', '6030 Gwei'],
    ['0.00000001342', '13.42 Gwei'],
    ['0.00000000001', '0.01 Gwei'],
    ['0.000000000000000001', '1 wei'],
  ])('shows %s ether as %s', (ether, shown) => expect(formatAmount(parseEther(ether))).toBe(shown))
})

describe('formatLpt', () => {
  it.each([
    ['0', '0 LPT'],
    ['1000', '1,000 LPT'],
    ['600.5', '600.5 LPT'],
    ['0.99999', '0.9999 LPT'],
    ['0.00001', '<0.0001 LPT'],
    ['10000000.75', '10,000,000 LPT'],
  ])('shows %s as %s, rounded down', (token, shown) => expect(formatLpt(parseEther(token))).toBe(shown))
})

describe('parseAmount', () => {
  it.each([
    ['12.5', 12_500_000_000_000_000_000n],
    [' 1,5 ', 1_500_000_000_000_000_000n],
    ['.000000000000000001', 1n],
  ])('reads %s', (text, amount) => expect(parseAmount(text)).toBe(amount))

  it.each(['', '0', '-1', '1e3', '1,000.5', 'a', '.', '0.0000000000000000001'])('refuses "%s"', (text) =>
    expect(parseAmount(text)).toBeUndefined(),
  )
})
