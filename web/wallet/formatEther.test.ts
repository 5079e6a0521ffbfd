import { parseEther } from 'viem'
import { describe, expect, it } from 'vitest'
import { formatEther } from './formatEther'

describe('formatEther', () => {
  it.each([
    ['0', '0'],
    ['1', '1'],
    ['100', '100'],
    ['1.5', '1.5'],
    ['0.004', '0.004'],
    ['0.000012345678', '0.00001235'],
    ['9999.87654', '10000'],
    ['12345.678', '12346'],
    ['12340', '12340'],
    ['0.000000000000000001', '0.000000000000000001'],
  ])('shows %s as %s', (ether, shown) => expect(formatEther(parseEther(ether))).toBe(shown))
})
