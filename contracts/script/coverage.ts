import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The lines and branches of one source that the tests reach. */
export type Coverage = {
  /** Path from `contracts/src`. */
  source: string
  lines: Reached
  branches: Reached
  /** Lines that no test reaches, and lines with a branch that no test takes. */
  missed: readonly number[]
}

type Reached = { found: number; hit: number }

/** The required coverage of all sources together, in percent. */
const required = 95

/** Tests that are left out of the measurement. They reach much code, but do not check what most of this code does. */
const excludedTests = 'test/{invariants/*,Gas*}'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/** Runs the tests of the contracts and prints the coverage of each source. Throws `TestsFailedError` and `CoverageError`. */
export default function main(): void {
  const directory = mkdtempSync(join(tmpdir(), 'lp-coverage-'))
  try {
    const report = join(directory, 'lcov.info')
    const command = [
      `${root}/script/forge.mjs`,
      'coverage',
      '--no-match-path',
      excludedTests,
      '--report',
      'lcov',
      '--report-file',
      report,
    ]
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
    if (status !== 0) throw new TestsFailedError({ output: stdout + stderr })
    const coverages = read(readFileSync(report, 'utf8'))
    console.log(table(coverages))
    console.log(`Not counted, because forge 1.7 does not count free functions: ${uncounted(coverages).join(', ')}.`)
    check(coverages)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Reads forge's report (LCOV). Returns only the sources in `contracts/src`. */
export function read(lcov: string): readonly Coverage[] {
  return lcov
    .split('end_of_record')
    .flatMap((record) => {
      const source = /^SF:src\/(.*)$/m.exec(record)?.[1]
      const count = (key: string) => Number(new RegExp(`^${key}:(\\d+)$`, 'm').exec(record)?.[1] ?? 0)
      if (source === undefined) return []
      const misses = record.matchAll(/^(?:DA:(\d+),0|BRDA:(\d+),.*,(?:0|-))$/gm)
      const missed = [...new Set([...misses].map(([, line, branch]) => Number(line ?? branch)))]
      return {
        source,
        lines: { found: count('LF'), hit: count('LH') },
        branches: { found: count('BRF'), hit: count('BRH') },
        missed: missed.sort((a, b) => a - b),
      }
    })
    .sort((a, b) => (a.source < b.source ? -1 : 1))
}

/** Throws `CoverageError` if the tests reach less than 95 % of all lines, or of all branches. */
export function check(coverages: readonly Coverage[]): void {
  for (const kind of ['lines', 'branches'] as const) {
    const reached = percentOf(sumOf(coverages, kind))
    if (!(reached >= required)) throw new CoverageError({ kind, reached })
  }
}

function table(coverages: readonly Coverage[]): string {
  const cell = (reached: Reached) =>
    (reached.found === 0 ? '' : `${reached.hit}/${reached.found} ${percentOf(reached).toFixed(1)} %`).padStart(20)
  const row = (name: string, lines: string, branches: string, missed: readonly number[]) =>
    `${name.padEnd(36)}${lines}${branches}${missed.length > 0 ? `   line ${missed.join(', ')}` : ''}`
  const rows = coverages.map(({ source, lines, branches, missed }) => row(source, cell(lines), cell(branches), missed))
  const all = row('all', cell(sumOf(coverages, 'lines')), cell(sumOf(coverages, 'branches')), [])
  return [row('', 'lines'.padStart(20), 'branches'.padStart(20), []), ...rows, all].join('\n')
}

/** Sources that have free functions and are not in the report. */
function uncounted(coverages: readonly Coverage[]): readonly string[] {
  const counted = new Set(coverages.map(({ source }) => source))
  const sources = readdirSync(`${root}/src`, { recursive: true, encoding: 'utf8' }).map((path) =>
    path.replaceAll('\\', '/'),
  )
  const hasCode = (source: string) => /^function /m.test(readFileSync(`${root}/src/${source}`, 'utf8'))
  return sources.filter((source) => source.endsWith('.sol') && !counted.has(source) && hasCode(source)).sort()
}

const sumOf = (coverages: readonly Coverage[], kind: 'lines' | 'branches'): Reached => ({
  found: coverages.reduce((sum, coverage) => sum + coverage[kind].found, 0),
  hit: coverages.reduce((sum, coverage) => sum + coverage[kind].hit, 0),
})

/** Returns NaN for a report without our sources. `check` refuses NaN, because such a report was made with a wrong path. */
const percentOf = ({ found, hit }: Reached) => (found === 0 ? Number.NaN : (100 * hit) / found)

export class CoverageError extends Error {
  override readonly name = 'CoverageError'
  readonly forPeople = true
  constructor({ kind, reached }: { kind: 'lines' | 'branches'; reached: number }) {
    super(
      `The tests reach ${Math.floor(reached * 10) / 10} % of the ${kind} of contracts/src, and ${required} % are required. Add tests for the missed lines: node scripts/ts.mjs contracts/script/coverage.ts lists them.`,
    )
  }
}

export class TestsFailedError extends Error {
  override readonly name = 'TestsFailedError'
  readonly forPeople = true
  constructor({ output }: { output: string }) {
    super(`The coverage of the contracts is unknown, because forge failed:\n${output.trim()}`)
  }
}
