import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mutants } from './mutants'
import { choose, mutated, TextNotFoundError, UnknownMutantError } from './mutate'

const source = (file: string) => readFileSync(`contracts/src/${file}`, 'utf8')

test.each(mutants)('the text of the mutant "$name" is in its file exactly once', (mutant) => {
  expect(mutated(source(mutant.file), mutant)).not.toBe(source(mutant.file))
})

test('there are at least 40 mutants, and no two have the same name', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(40)
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
})

test('a mutant whose text is not in its file, or is there twice, throws an error', () => {
  const mutant = { name: 'a', file: 'A.sol', text: 'x < y', replacement: 'x <= y' }
  expect(() => mutated('x > y', mutant)).toThrow(TextNotFoundError)
  expect(() => mutated('x < y; x < y', mutant)).toThrow(TextNotFoundError)
})

test('words choose the mutants whose name or file contains one of these words', () => {
  expect(choose(mutants, [])).toBe(mutants)
  expect(choose(mutants, ['Minter.sol']).map(({ file }) => file)).toEqual(['Minter.sol', 'Minter.sol', 'Minter.sol'])
  expect(() => choose(mutants, ['no such word'])).toThrow(UnknownMutantError)
})
