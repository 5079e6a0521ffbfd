import { spawn } from 'node:child_process'
import { build } from './build'
import { StartError } from './StartError'
import { spawnInBackground } from './spawnInBackground'
import {
  ensureBrowser,
  ensureCompiler,
  ensureFfmpeg,
  ensurePromtool,
  ensureRiscv,
  ensureRiscvCompiler,
  ensureTurnServer,
  ensureWebKit,
} from './system'

type Outcome = { passed: number; failed: number }
type Step = {
  name: string
  command: readonly string[]
  env?: Readonly<Record<string, string>>
  read?: (output: string) => Outcome | undefined
  lane: Lane
}
/**
 * The steps of a lane run one after another, and the two lanes run at the same time. The steps of `front` wait for blocks, peers, pages, and media
 * in real time. The steps of `background` compute all the time, wait for no other process, and get only the CPU time that `front` leaves.
 */
type Lane = 'front' | 'background'

const node = process.execPath
const tool = (name: string, path: string) => [node, `node_modules/${name}/${path}`]

/** Reads vitest's summary, for example `Tests  3 failed | 41 passed (44)`. */
const readVitest = (output: string) => {
  const line = /^\s*Tests\s+(.*)$/m.exec(output)?.[1]
  return line === undefined ? undefined : { passed: number(/(\d+) passed/, line), failed: number(/(\d+) failed/, line) }
}
/** Reads forge's summary, for example `Ran 9 test suites in …: 120 tests passed, 0 failed, 0 skipped`. */
const readForge = (output: string) => {
  const match = /(\d+) tests passed, (\d+) failed/.exec(output)
  return match ? { passed: Number(match[1]), failed: Number(match[2]) } : undefined
}
/** Reads Playwright's summary, for example `  2 failed` on a line and `  12 passed (1.2m)` on another line. */
const readPlaywright = (output: string) =>
  /^\s+\d+ (passed|failed)/m.test(output)
    ? { passed: number(/^\s+(\d+) passed/m, output), failed: number(/^\s+(\d+) failed/m, output) }
    : undefined
const number = (pattern: RegExp, text: string) => Number(pattern.exec(text)?.[1] ?? 0)

const vitest = [...tool('vitest', 'vitest.mjs'), 'run']
const longVitest = [...vitest, '--config', 'vitest.long.config.ts', '--project']
const playwright = [...tool('@playwright/test', 'cli.js'), 'test', '-c', 'e2e']
const inLane = (lane: Lane, steps: readonly Omit<Step, 'lane'>[]): Step[] => steps.map((step) => ({ ...step, lane }))

const steps: readonly Step[] = [
  ...inLane('front', [
    { name: 'components', command: [...vitest, '--project', 'components'], read: readVitest },
    { name: 'units', command: [...vitest, '--project', 'units'], read: readVitest },
    { name: 'pages in the browser', command: [...playwright, '--project', 'pages'], read: readPlaywright },
    { name: 'media', command: [...vitest, '--project', 'media'], read: readVitest },
    { name: 'journeys in the browser', command: [...playwright, '--project', 'journeys'], read: readPlaywright },
  ]),
  ...inLane('background', [
    { name: 'style', command: [...tool('@biomejs/biome', 'bin/biome'), 'check', '.'] },
    { name: 'sizes of the pages', command: [node, 'scripts/ts.mjs', 'scripts/pageSizes.ts'] },
    { name: 'import boundaries', command: [node, 'scripts/ts.mjs', 'scripts/house.ts'] },
    { name: 'style of contracts', command: [node, 'contracts/script/forge.mjs', 'fmt', '--check'] },
    ...[
      '.',
      'tsconfig.test.json',
      'contracts',
      'contracts/protocol',
      'relay',
      'relay/tsconfig.browser.json',
      'scripts',
      'bench',
      'e2e',
    ].map((project) => ({
      name: `types of ${project}`,
      // One checker: each checker works out viem's types again, so four checkers use three times the CPU time, and need longer.
      command: [...tool('typescript', 'bin/tsc'), '-p', project, '--checkers', '1'],
    })),
    {
      name: 'contracts',
      command: [node, 'contracts/script/forge.mjs', 'test', '--gas-snapshot-check', 'true'],
      read: readForge,
    },
    // The step before this step has compiled the contracts.
    { name: 'generated ABI', command: [node, 'scripts/ts.mjs', 'contracts/script/generate.ts', '--check'] },
    { name: 'errors of contracts', command: [...vitest, '--project', 'contracts'], read: readVitest },
    { name: 'units that compute', command: [...vitest, '--project', 'computing'], read: readVitest },
  ]),
]

/** Steps that take so long that `npm test` does not run them. */
const longSteps: readonly Step[] = [
  ...inLane('background', [
    {
      name: 'contracts with many random inputs',
      command: [node, 'contracts/script/forge.mjs', 'test', '--gas-snapshot-check', 'true'],
      env: { FOUNDRY_PROFILE: 'long' },
      read: readForge,
    },
    { name: 'coverage of contracts', command: [node, 'scripts/ts.mjs', 'contracts/script/coverage.ts'] },
  ]),
  ...inLane('front', [
    { name: 'campaigns that compute', command: [...longVitest, 'computing'], read: readVitest },
    { name: 'campaigns in real time', command: [...longVitest, 'realTime'], read: readVitest },
    { name: 'long journeys in the browser', command: [...playwright, '--project', 'long'], read: readPlaywright },
  ]),
]

/**
 * Runs all steps, from the style check to the browser tests. `npm test -- contracts` runs only the steps whose name contains `contracts`.
 * `npm run test:long` runs the long steps instead; its arguments choose among the long steps in the same way.
 */
export default async function test([first, ...rest]: readonly string[]): Promise<void> {
  const isLong = first === '--long'
  const words = isLong || first === undefined ? rest : [first, ...rest]
  const all = isLong ? longSteps : steps
  const wanted = all.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
  if (wanted.length === 0)
    throw new StartError(`No step has one of these words. Steps: ${all.map(({ name }) => name).join(', ')}.`)
  await ensureFfmpeg()
  const hasCampaigns = wanted.some(({ name }) => name.startsWith('campaigns'))
  if (hasCampaigns) {
    ensureCompiler()
    ensureTurnServer()
    ensureRiscv()
    ensureRiscvCompiler()
  }
  if (wanted.some(({ name }) => name === 'long journeys in the browser')) ensureWebKit()
  const tools = {
    ...{ CHROMIUM_PATH: ensureBrowser('Chromium'), FIREFOX_PATH: ensureBrowser('Firefox') },
    ...(hasCampaigns && { PROMTOOL_PATH: ensurePromtool() }),
  }
  // The environment is copied before the build, because the build sets NODE_ENV for the production code of React, and tests of components
  // need the development code.
  const env = { ...process.env, ...tools }
  await build()
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143))
  const runLane = async (lane: Lane) => {
    const outcomes: (Outcome & { name: string })[] = []
    for (const step of wanted) if (step.lane === lane) outcomes.push({ name: step.name, ...(await run(step, env)) })
    return outcomes
  }
  const outcomes = (await Promise.all([runLane('front'), runLane('background')])).flat()
  const sum = (key: keyof Outcome) => outcomes.reduce((total, outcome) => total + outcome[key], 0)
  const withFailures = outcomes.filter(({ failed }) => failed > 0).map(({ name }) => name)
  console.log(
    `\n${sum('passed')} passed, ${sum('failed')} failed${withFailures.length > 0 ? `: ${withFailures.join(', ')}` : ''}`,
  )
  if (withFailures.length > 0) process.exitCode = 1
}

/**
 * Prints the output of a step in the background only after the step has ended, because the other lane prints at the same time. A step with an exit code
 * other than 0 counts as at least one failure, even if its output names no failure.
 */
function run({ name, command, read, env: ofStep, lane }: Step, env: NodeJS.ProcessEnv): Promise<Outcome> {
  const isBehind = lane === 'background'
  const options = { env: { ...env, ...ofStep, FORCE_COLOR: '0', NO_COLOR: '1' } }
  const [program, ...args] = command as [string, ...string[]]
  const child = isBehind
    ? spawnInBackground(command, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] })
  const title = `\n── ${name}\n`
  if (!isBehind) process.stdout.write(title)
  let output = ''
  const record = (chunk: Buffer) => {
    output += chunk
    if (!isBehind) process.stdout.write(chunk)
  }
  child.stdout?.on('data', record)
  child.stderr?.on('data', record)
  const startMs = performance.now()
  return new Promise((resolve) =>
    child.once('close', (code) => {
      if (isBehind) process.stdout.write(title + output)
      console.log(`── ${name}: ${((performance.now() - startMs) / 1_000).toFixed(0)} s`)
      const counted = read?.(output)
      if (code === 0) return resolve(counted ?? (read ? { passed: 0, failed: 1 } : { passed: 1, failed: 0 }))
      resolve({ passed: counted?.passed ?? 0, failed: Math.max(1, counted?.failed ?? 1) })
    }),
  )
}
