import { type Abi, toFunctionSelector } from 'viem'
import { expect, test } from 'vitest'
import { bondingEarningsAbi, bondingManagerAbi, bondingSeatsAbi, claimsManagerAbi, claimsSettlementAbi } from '../abi'

const functions = (abi: Abi) => abi.filter((item) => item.type === 'function')

// If a contract and its extension have functions with the same selector, the function of the extension can never be called.
test.each<[string, Abi, Abi]>([
  ['BondingManager', bondingManagerAbi, bondingEarningsAbi],
  ['BondingManager', bondingManagerAbi, bondingSeatsAbi],
  ['ClaimsManager', claimsManagerAbi, claimsSettlementAbi],
])('%s has every function of its extension, and no two functions with the same selector', (_, both, extension) => {
  const selectors = functions(both).map((item) => toFunctionSelector(item))
  expect(new Set(selectors).size).toBe(selectors.length)
  expect(selectors).toEqual(expect.arrayContaining(functions(extension).map((item) => toFunctionSelector(item))))
})
