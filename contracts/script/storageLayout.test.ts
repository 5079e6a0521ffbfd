import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { extensions } from './generate'
import { LayoutError, storageLayouts, type Variable } from './storageLayout'

const pairs = Object.entries(extensions).flatMap(([contract, extended]) =>
  extended.map((extension) => [contract, extension] as const),
)
const names = [...new Set(pairs.flat())]

/**
 * An extension runs on the storage of a contract. So each variable of the extension must be a variable of the contract, with the same place
 * and type. The contract can have more variables after these variables.
 */
function expectSameStorage(contract: readonly Variable[] = [], extension: readonly Variable[] = []): void {
  expect(extension.length).toBeGreaterThan(1)
  expect(contract.slice(0, extension.length)).toEqual(extension)
}

const source = (name: string) => readFileSync(`contracts/src/${name}.sol`, 'utf8')

/** Replaces `text`, which must be in the source of the contract exactly once. */
function mutated(name: string, text: string, replacement: string): Record<string, string> {
  const parts = source(name).split(text)
  expect(parts).toHaveLength(2)
  return { [`src/${name}.sol`]: parts.join(replacement) }
}

test('each contract has the storage layout of the extensions whose code it runs', () => {
  const layouts = storageLayouts(names)
  expect(pairs).toEqual(expect.arrayContaining([['BondingManager', 'BondingSeats']]))
  for (const [contract, extension] of pairs) expectSameStorage(layouts[contract], layouts[extension])
})

test('the comparison fails if one extension has a variable before the common variables', () => {
  const sources = mutated(
    'BondingSeats',
    'contract BondingSeats is',
    'contract First { uint8 first; } contract BondingSeats is First,',
  )
  const layouts = storageLayouts(['BondingManager', 'BondingSeats'], sources)
  expect(() => expectSameStorage(layouts.BondingManager, layouts.BondingSeats)).toThrow()
})

test('the comparison fails if one extension has a variable that the contract does not have', () => {
  const sources = mutated(
    'ClaimsSettlement',
    'contract ClaimsSettlement is Verdicts, ISettlement {',
    'contract ClaimsSettlement is Verdicts, ISettlement { uint256 private added;',
  )
  const layouts = storageLayouts(['ClaimsManager', 'ClaimsSettlement'], sources)
  expect(() => expectSameStorage(layouts.ClaimsManager, layouts.ClaimsSettlement)).toThrow()
})

test.each([
  ['two members of a struct have changed their places', 'uint8 a; uint8 b; uint16 c;', 'uint8 b; uint8 a; uint16 c;'],
  ['a member of a struct has another name', 'uint8 a; uint8 b; uint16 c;', 'uint8 a; uint8 z; uint16 c;'],
  [
    'a member of a struct has another type of the same size',
    'uint8 a; uint8 b; uint16 c;',
    'uint8 a; bool b; uint16 c;',
  ],
])('the comparison fails if %s, even deep in a mapping', (_, members, others) => {
  const contract = (name: string, text: string) =>
    `pragma solidity 0.8.37; struct In { ${text} } struct Out { mapping(uint256 => In[]) map; } contract ${name} { uint256 n; Out[2] outs; }`
  const sources = {
    'src/One.sol': contract('One', members),
    'src/Two.sol': contract('Two', others),
    'src/Same.sol': contract('Same', members),
  }
  const layouts = storageLayouts(['One', 'Two', 'Same'], sources)
  expectSameStorage(layouts.One, layouts.Same)
  expect(() => expectSameStorage(layouts.One, layouts.Two)).toThrow()
})

test('storageLayouts throws a LayoutError if the sources do not compile', () => {
  expect(() => storageLayouts(['One'], { 'src/One.sol': 'contract One {' })).toThrow(LayoutError)
})
