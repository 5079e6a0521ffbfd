import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Abi, type Hex, size, toFunctionSelector } from 'viem'
import { beforeAll, describe, expect, test } from 'vitest'
import * as generated from '../abi'
import { generate } from './generate'
import { type AbiError, selectorOf, selectorsIn } from './selectors'

const root = fileURLToPath(new URL('..', import.meta.url))

const filesOf = (folder: string, extension: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(extension))
    .map((path) => ({ path, text: readFileSync(join(root, folder, path), 'utf8') }))

const sources = filesOf('src', '.sol').map(({ path, text }) => ({ path, code: text.replaceAll(/\/\/.*$/gm, '') }))

describe('each error that we declare', () => {
  const bodies = sources.flatMap(({ code }) => [
    ...code.matchAll(/^(?:interface|library|(?:abstract )?contract) (\w+)[^{]*\{(.*?)^\}/gms),
  ])
  const declared = bodies.flatMap(([, home, body]) =>
    [...(body ?? '').matchAll(/^\s*error (\w+)\(/gm)].map(([, name]) => `${home}.${name}`),
  )

  test('is in an interface', () => {
    expect(declared.filter((name) => !/^I[A-Z]/.test(name))).toEqual([])
    expect(declared).toContain('IBondingTypes.StakeExposed')
    expect(declared).toHaveLength(sources.flatMap(({ code }) => code.match(/^\s*error \w+/gm) ?? []).length)
  })

  // Tests in `invariants` do not count. Their actions are random, so a test there can mention an error that it never triggers.
  test('is expected by a test', () => {
    const tests = filesOf('test', '.t.sol').filter(({ path }) => !path.startsWith('invariants'))
    const expected = tests.flatMap(({ text }) => {
      const homes = new Map([...text.matchAll(/\b(\w+) as (\w+)\b/g)].map(([, home, alias]) => [alias, home]))
      const named = [...text.matchAll(/\b(\w+)\.(\w+)\.selector\b/g)]
      return named.map(([, home, name]) => `${homes.get(home) ?? home}.${name}`)
    })
    expect(declared.filter((name) => !expected.includes(name))).toEqual([])
  })
})

test('no source reverts without a custom error', () => {
  // `revert(0, returndatasize())` is allowed: it passes on the error of the code that the contract called.
  const nameless = /\b(?:require|assert|invalid)\s*\(|\brevert\s*(?:;|\((?!0, returndatasize\(\)\)))/
  expect(sources.filter(({ code }) => nameless.test(code)).map(({ path }) => path)).toEqual([])
})

type Artifact = { abi: Abi; deployedBytecode: { object: Hex } }

/** The artifacts of our contracts and of the contracts that they import, by name. */
const artifacts = new Map<string, Artifact>()
beforeAll(() => {
  generate()
  for (const { path, text } of filesOf('out', '.json'))
    if (!path.startsWith('build-info')) artifacts.set(basename(path, '.json'), JSON.parse(text))
})

const contracts = Object.entries(generated).flatMap(([name, abi]) =>
  name.endsWith('Abi')
    ? [{ name: name.replace(/^(.)(.*)Abi$/, (_, first, rest) => first.toUpperCase() + rest), abi: abi as Abi }]
    : [],
)

function artifact(name: string): Artifact {
  const found = artifacts.get(name)
  if (!found) throw new TypeError(`Forge compiled no contract with the name ${name}.`)
  return found
}
const codeOf = (name: string) => artifact(name).deployedBytecode.object

const errorsIn = (abi: Abi): AbiError[] => abi.filter((item) => item.type === 'error')
/** The names of the errors that an ABI cannot decode. */
function unknownTo(abi: Abi, errors: readonly AbiError[]) {
  const known = new Set(errorsIn(abi).map(selectorOf))
  return errors.filter((error) => !known.has(selectorOf(error))).map(({ name }) => name)
}

describe('the ABI of', () => {
  test.each(contracts)('$name has each error with which its code can revert', ({ name, abi }) => {
    const raised = selectorsIn(codeOf(name))
    const errors = [...artifacts.values()].flatMap((compiled) => errorsIn(compiled.abi))
    expect(
      unknownTo(
        abi,
        errors.filter((error) => raised.has(selectorOf(error))),
      ),
    ).toEqual([])
  })

  test.each(contracts)('$name has each error of the contracts that it calls', ({ abi }) => {
    const inputs = abi.flatMap((item) => (item.type === 'constructor' ? item.inputs : []))
    for (const { internalType = '' } of inputs.filter((input) => input.internalType?.startsWith('contract '))) {
      // The ClaimsManager passes on no error of its verifier (`GuardedCall`).
      if (internalType === 'contract IVerifier') continue
      const interfaceFunctions = functionsIn(artifact(internalType.slice('contract '.length)).abi)
      const callees = contracts.filter(({ abi }) =>
        interfaceFunctions.every((selector) => functionsIn(abi).includes(selector)),
      )
      expect(callees, internalType).not.toHaveLength(0)
      expect(
        unknownTo(
          abi,
          callees.flatMap((callee) => errorsIn(callee.abi)),
        ),
      ).toEqual([])
    }
  })

  const functionsIn = (abi: Abi) => abi.flatMap((item) => (item.type === 'function' ? [toFunctionSelector(item)] : []))
})

describe('the code of', () => {
  test.each(contracts)('$name never reverts with a text', ({ name }) => {
    const text = toFunctionSelector('Error(string)')
    expect(selectorsIn(codeOf(name))).not.toContain(text)
  })

  test.each(contracts)('$name is within the size limit of EIP-170', ({ name }) => {
    expect(size(codeOf(name))).toBeGreaterThan(0)
    expect(size(codeOf(name))).toBeLessThanOrEqual(24_576)
  })
})
