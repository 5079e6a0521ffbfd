import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { figure } from './figure'
import { type Outcome, outcomeOf } from './Outcome'
import { large, type Scenario, small } from './Scenario'
import { simulate } from './simulate'

const outcomesPath = 'bench/mesh/simulation.json'
const figurePath = 'bench/mesh/simulation.svg'
const sizes = [100, 1_000, 10_000]
const label =
  'Except for the column CPU s, these figures are simulated, not measured: the scheduler of the product runs in a model of the network. The times of transfer and the load of the machines are assumptions, and no packet is lost.'

/**
 * Runs the scenarios, prints a table, and writes the outcomes and a drawing of them. `args`: `small` for the small scenarios, and the
 * numbers of viewers of the large scenarios. If `args` is empty, all scenarios run. The outcomes of other scenarios stay in the file.
 */
export function simulateRooms(args: readonly string[]): void {
  const chosen = args.filter((arg) => arg !== 'small').map(Number)
  if (chosen.some((size) => !Number.isInteger(size) || size < 2)) throw new SizeError()
  const withSmall = args.length === 0 || args.includes('small')
  console.log(`\n${label}\n`)
  const scenarios = [...(withSmall ? small : []), ...(args.length === 0 ? sizes : chosen).flatMap(rowsOf)]
  const outcomes = existsSync(outcomesPath) ? (JSON.parse(readFileSync(outcomesPath, 'utf8')) as Outcome[]) : []
  console.log(head)
  for (const scenario of scenarios) {
    const outcome = outcomeOf(simulate(scenario))
    console.log(row(outcome))
    const at = outcomes.findIndex(({ name }) => name === outcome.name)
    if (at < 0) outcomes.push(outcome)
    else outcomes[at] = outcome
    writeFileSync(outcomesPath, `[\n${outcomes.map((outcome) => JSON.stringify(outcome)).join(',\n')}\n]\n`)
    writeFileSync(figurePath, figure(outcomes))
  }
  console.log(`\nWritten: ${outcomesPath}, ${figurePath}`)
}

/** A large room and, if the room has at most 100 viewers, the same room whose members know only their neighbours. */
const rowsOf = (viewers: number): Scenario[] => {
  const room = large(viewers)
  return viewers > 100 ? [room] : [room, { ...room, name: `${room.name}, only neighbours known`, isCircle: false }]
}

const columns = [
  ...['simulated room', 'offload', 'from the 10th second on', 'relay: owners, turns, late, first segments'],
  ...[
    'duplicates',
    'stalls',
    'behind live, median / p95',
    'upload max/min',
    'measured',
    'plans per viewer and second',
    'CPU s',
  ],
]
const head = [columns, columns.map(() => '---')].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

function row(outcome: Outcome): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const { offload, steadyOffload, duplicates, latencyMs, uploadRatio, relay, phases, measured } = outcome
  const seconds = (ms: number) => (ms / 1_000).toFixed(2)
  return `| ${[
    ...[outcome.name, percent(offload)],
    [percent(steadyOffload), ...phases.map(({ name, offload }) => `${name} ${percent(offload)}`)].join(', '),
    [relay.owned, relay.turn, relay.late, relay.first].map(percent).join(', '),
    percent(duplicates),
    `${outcome.stalls} (${seconds(outcome.stallMs)} s)`,
    `${seconds(latencyMs.median)} / ${seconds(latencyMs.p95)} s`,
    uploadRatio?.toFixed(1) ?? '–',
    measured
      ? `${percent(measured.offload)} (error ${(100 * (steadyOffload - measured.offload)).toFixed(1)} points)`
      : '–',
    ...[outcome.plansPerSecond.toFixed(1), outcome.cpuSeconds.toFixed(0)],
  ].join(' | ')} |`
}

class SizeError extends Error {
  override readonly name = 'SizeError'
  readonly forPeople = true
  constructor() {
    super('A size is a whole number of viewers, at least 2. Example: npm run bench -- mesh simulate small 100 1000')
  }
}
