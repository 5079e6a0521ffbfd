import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Mutant, mutants } from './mutants'

/** The result of the tests with a mutant. `killedBy`: the first test that failed; undefined if all tests passed. */
export type Outcome = { mutant: Mutant; killedBy?: string; seconds: number }

/** The tests, in groups. A group runs only if no test of the earlier groups has failed. The gas tests run in no group. */
const groups = [
  ['--no-match-path', 'test/{Gas*,EconomySimulation*,invariants/*}'],
  ['--match-path', 'test/{EconomySimulation*,invariants/*}'],
] as const

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/**
 * Puts the fault of each mutant into a copy of the contracts, one fault at a time, and runs the tests with each fault. Prints a
 * table. With `words`, the function uses only the mutants whose name or file contains one of these words. Throws
 * `SurvivorsError` if all tests pass with a fault, and `BaselineError` if a test fails without a fault.
 */
export default function main(words: readonly string[]): void {
  const source = (file: string) => readFileSync(join(root, 'src', file), 'utf8')
  const chosen = choose(mutants, words)
  const texts = chosen.map((mutant) => mutated(source(mutant.file), mutant))
  const { contracts, remove } = copyOfContracts()
  try {
    const baseline = failedTest(contracts)
    if (baseline !== undefined) throw new BaselineError({ test: baseline })
    const outcomes = chosen.map((mutant, index): Outcome => {
      const file = join(contracts, 'src', mutant.file)
      writeFileSync(file, texts[index] as string)
      const start = Date.now()
      const killedBy = failedTest(contracts, mutant)
      writeFileSync(file, source(mutant.file))
      const outcome = { mutant, seconds: (Date.now() - start) / 1_000, ...(killedBy !== undefined && { killedBy }) }
      console.log(row(outcome))
      return outcome
    })
    const survivors = outcomes.filter(({ killedBy }) => killedBy === undefined)
    console.log(`${outcomes.length - survivors.length} of ${outcomes.length} mutants killed.`)
    if (survivors.length > 0) throw new SurvivorsError({ names: survivors.map(({ mutant }) => mutant.name) })
  } finally {
    remove()
  }
}

/** The mutants whose name or file contains one of the words. All mutants if there are no words. Throws `UnknownMutantError`. */
export function choose(all: readonly Mutant[], words: readonly string[]): readonly Mutant[] {
  if (words.length === 0) return all
  const chosen = all.filter(({ name, file }) => words.some((word) => `${name} ${file}`.includes(word)))
  if (chosen.length === 0) throw new UnknownMutantError({ words })
  return chosen
}

/** The source with the fault. Throws `TextNotFoundError` unless the mutant's text is in the source exactly once. */
export function mutated(source: string, mutant: Mutant): string {
  const parts = source.split(mutant.text)
  if (parts.length !== 2) throw new TextNotFoundError({ mutant, found: parts.length - 1 })
  return parts.join(mutant.replacement)
}

export const row = ({ mutant, killedBy, seconds }: Outcome): string =>
  `| ${mutant.file.padEnd(30)} | ${mutant.name.padEnd(76)} | ${(killedBy ?? 'SURVIVED').padEnd(80)} | ${seconds.toFixed(0).padStart(4)} s |`

/** The folders with forge's builds. They are not copied: forge made these builds with the optimizer, and mutants are built without it. */
const built = ['out', 'cache']

/** A copy of the contracts. The packages stay in the folder of the repository. */
function copyOfContracts(): { contracts: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'lp-mutate-'))
  const contracts = join(folder, 'contracts')
  cpSync(root, contracts, { recursive: true, filter: (path) => !built.includes(relative(root, path)) })
  symlinkSync(resolve(root, '..', 'node_modules'), join(folder, 'node_modules'))
  return { contracts, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Runs the groups of tests. Returns the name of the first test that fails. Throws `BuildError` if the sources do not compile. */
function failedTest(contracts: string, mutant?: Mutant): string | undefined {
  const build = forge(contracts, ['build'])
  if (build.status !== 0) throw new BuildError({ output: build.output, ...(mutant && { mutant }) })
  for (const group of groups) {
    const { status, output } = forge(contracts, ['test', '--fail-fast', ...group])
    if (status !== 0) return /^\[FAIL.*\] (\w+)\(/m.exec(output)?.[1] ?? output.slice(-2_000)
  }
  return undefined
}

function forge(contracts: string, args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(contracts, 'script/forge.mjs'), ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, FOUNDRY_PROFILE: 'mutation' },
  })
  return { status, output: stdout + stderr }
}

export class TextNotFoundError extends Error {
  override readonly name = 'TextNotFoundError'
  readonly forPeople = true
  constructor({ mutant, found }: { mutant: Mutant; found: number }) {
    super(
      `contracts/src/${mutant.file} must have this text exactly once, and has it ${found} times: ${mutant.text}\nChange the mutant "${mutant.name}" in contracts/script/mutants.`,
    )
  }
}

export class UnknownMutantError extends Error {
  override readonly name = 'UnknownMutantError'
  readonly forPeople = true
  constructor({ words }: { words: readonly string[] }) {
    super(`No name or file of a mutant in contracts/script/mutants contains ${words.join(' or ')}.`)
  }
}

export class BuildError extends Error {
  override readonly name = 'BuildError'
  readonly forPeople = true
  constructor({ output, mutant }: { output: string; mutant?: Mutant }) {
    super(
      `The contracts do not compile ${mutant ? `with the mutant "${mutant.name}"` : 'without a mutant'}:\n${output.trim()}`,
    )
  }
}

export class BaselineError extends Error {
  override readonly name = 'BaselineError'
  readonly forPeople = true
  constructor({ test }: { test: string }) {
    super(`${test} fails without a mutant. All tests must pass before mutants are tested.`)
  }
}

export class SurvivorsError extends Error {
  override readonly name = 'SurvivorsError'
  readonly forPeople = true
  constructor({ names }: { names: readonly string[] }) {
    super(
      `All tests pass with these mutants:\n${names.map((name) => `- ${name}`).join('\n')}\nAdd a test for each of them.`,
    )
  }
}
