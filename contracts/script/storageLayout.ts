import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A variable in a contract's storage, or a member of a struct. */
export type Variable = {
  label: string
  slot: string
  /** The first byte of the variable in its slot. */
  offset: number
  type: Type
}

/** A type and all types in it. `value` is the type of the items of a mapping or an array. */
export type Type = {
  label: string
  encoding: string
  bytes: string
  key?: Type
  value?: Type
  members?: readonly Variable[]
}

/** The layout as the compiler writes it. A type is a name, which can contain the number of a node of the syntax tree. */
type Output = {
  storage: readonly Entry[]
  types: Readonly<Record<string, TypeEntry>>
}
type Entry = { label: string; slot: string; offset: number; type: string }
type TypeEntry = {
  label: string
  encoding: string
  numberOfBytes: string
  key?: string
  value?: string
  base?: string
  members?: readonly Entry[]
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const require = createRequire(import.meta.url)

/**
 * The storage layouts of contracts in `contracts/src`, by name. The compiler only analyses the sources and generates no code, so a call
 * takes only seconds. `sources` replaces the content of files: each key is the path of a file in `contracts`. Throws `LayoutError` if the
 * contracts do not compile.
 */
export function storageLayouts(
  names: readonly string[],
  sources: Readonly<Record<string, string>> = {},
): Record<string, readonly Variable[]> {
  const content = (path: string) => sources[path] ?? readFileSync(fileOf(path), 'utf8')
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(names.map((name) => [`src/${name}.sol`, { content: content(`src/${name}.sol`) }])),
    settings: { outputSelection: { '*': { '*': ['storageLayout'] } } },
  }
  const callback = { import: (path: string) => ({ contents: content(path) }) }
  const { contracts, errors = [] } = JSON.parse(require('solc').compile(JSON.stringify(input), callback))
  const messages = errors.flatMap((error: { severity: string; formattedMessage: string }) =>
    error.severity === 'error' ? [error.formattedMessage] : [],
  )
  if (messages.length > 0) throw new LayoutError({ messages })
  return Object.fromEntries(
    names.map((name) => [name, variablesOf(contracts[`src/${name}.sol`][name].storageLayout as Output)]),
  )
}

/** The packages that the sources import, and the folder in each package to which the imported paths are relative. */
const packages = { '@openzeppelin/contracts': '', solady: 'src' } as const

function fileOf(path: string): string {
  for (const [name, folder] of Object.entries(packages))
    if (path.startsWith(`${name}/`))
      return join(dirname(require.resolve(`${name}/package.json`)), folder, path.slice(name.length + 1))
  return join(root, path)
}

function variablesOf({ storage, types }: Output): readonly Variable[] {
  const typeOf = (name: string): Type => {
    const { label, encoding, numberOfBytes, key, value, base, members } = types[name] as TypeEntry
    const item = value ?? base
    return {
      label,
      encoding,
      bytes: numberOfBytes,
      ...(key !== undefined && { key: typeOf(key) }),
      ...(item !== undefined && { value: typeOf(item) }),
      ...(members && { members: members.map(variable) }),
    }
  }
  const variable = ({ label, slot, offset, type }: Entry): Variable => ({ label, slot, offset, type: typeOf(type) })
  return storage.map(variable)
}

export class LayoutError extends Error {
  override readonly name = 'LayoutError'
  constructor({ messages }: { messages: readonly string[] }) {
    super(`The contracts do not compile:\n${messages.join('\n')}`)
  }
}
