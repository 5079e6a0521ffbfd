import { parseEther } from 'viem'
import { describe, expect, it } from 'vitest'
import { amountProblem, formatAmount, formatLpt, parseAmount } from './amount'

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

  it.each([
    ['249.999999999999999999', '250 LPT'],
    ['0.299999999999999998', '0.3 LPT'],
    ['999999.999999999999999999', '1,000,000 LPT'],
    ['249.99999', '249.9999 LPT'],
    ['0.000000000000000001', '<0.0001 LPT'],
  ])('shows %s as %s, without the dust of rounded shares', (token, shown) =>
    expect(formatLpt(parseEther(token))).toBe(shown),
  )
})

describe('parseAmount', () => {
  it.each([
    ['12.5', '12.5'],
    [' 1,5 ', '1.5'],
    ['0,5', '0.5'],
    ['.000000000000000001', '0.000000000000000001'],
    ['1,000.5', '1000.5'],
    ['1.000,5', '1000.5'],
    ['12,345,678', '12345678'],
    ['12.345.678', '12345678'],
    ['1 000', '1000'],
    ['1\u00a0000,25', '1000.25'],
    ['1\u202f000\u202f000', '1000000'],
    ["1'000", '1000'],
    ['1’000.000', '1000'],
    ['1000,000', '1000'],
    ['0,125', '0.125'],
    ['1.125', '1.125'],
    ['1,5000', '1.5'],
    ['5.', '5'],
  ])('reads %s as %s', (text, amount) => expect(parseAmount(text)).toBe(parseEther(amount)))

  it.each(['0.5', '1.234', '1234.5678', '12345678'])('reads what the page shows for %s', (token) => {
    expect(parseAmount(formatLpt(parseEther(token)), 'LPT')).toBe(parseEther(token))
  })

  it.each(['1.234', '0.00000603', '0.00000000001', '0.000000000000000001'])(
    'reads what the page shows for %s ether',
    (ether) => expect(parseAmount(formatAmount(parseEther(ether)))).toBe(parseEther(ether)),
  )

  it.each([
    '',
    '0',
    '-1',
    '1e3',
    'a',
    '.',
    '0.0000000000000000001',
    '1,00,0',
    '1,000,00',
    '1 000 00',
    '1,000 000',
    '1 LPT',
    '1.5 wei',
  ])('refuses "%s"', (text) => {
    expect(parseAmount(text)).toBeUndefined()
    expect(amountProblem(text, '12.5')).toBe('Enter an amount above zero, such as 12.5.')
  })

  it.each([
    ['1,000', '1000', '1'],
    ['12,345 ', '12345', '12.345'],
    ['1.500', '1500', '1.5'],
    ['1,500 Gwei', '1500 Gwei', '1.5 Gwei'],
  ])('does not guess what %s means, but asks; it reads both answers', (text, thousands, decimal) => {
    expect(parseAmount(text)).toBeUndefined()
    expect(amountProblem(text, '12.5')).toBe(`Do you mean ${thousands} or ${decimal}? Enter one of these two numbers.`)
    for (const answer of [thousands, decimal]) expect(parseAmount(answer)).toBeDefined()
  })
})
