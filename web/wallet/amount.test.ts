import { parseEther } from 'viem'
import { describe, expect, it } from 'vitest'
import { formatAmount } from './amount'

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
