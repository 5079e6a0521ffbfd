import { Execution, Interpreter, type Machine, State, WasmMachine, witness } from '../relay/src/judge'
import { ensureRiscvCompiler } from '../scripts/system'
import { compileKernel } from './judge/compile'
import { measureProgram } from './judge/program'
import { spread } from './transcode/segments'

const rounds = 5
/** Steps of each round. The interpreter is slower, so it makes fewer. */
const steps = { interpreter: 20_000_000, wasm: 1_000_000_000 }
const recorded = 2_000_000_000
/** The number of parts of a dissection. */
const parts = 32

/**
 * Measures how fast the two machines run a compiled program, and how long a party of a dispute needs to record an execution, to give the
 * hashes of the states of a dissection, and to give the witness of a step. Then the same for the judged program and real
 * segments. `npm run bench -- judge 720p` measures only the program, for sources whose name has one of the words.
 */
export default async function judge(sizes: readonly string[]): Promise<void> {
  ensureRiscvCompiler()
  if (sizes.length > 0) return measureProgram(sizes)
  const first = State.start(compileKernel())
  const speeds = (machine: Machine, count: number) =>
    Array.from({ length: rounds }, () => count / timed(() => machine.run(count)).seconds / 1e6)
  const wasm = new WasmMachine(first)
  console.log(`Million steps a second, ${rounds} rounds: median (p95; min to max)`)
  console.log(`The interpreter in TypeScript: ${spread(speeds(new Interpreter(first), steps.interpreter))}`)
  console.log(`The machine in WebAssembly: ${spread(speeds(wasm, steps.wasm))}`)

  console.log(`\nA party of a dispute about ${recorded / 1e9} · 10⁹ steps, seconds`)
  const record = timed(() => Execution.record(first, { machine: wasm, maxSteps: recorded }))
  console.log(`It records the execution: ${record.seconds.toFixed(2)}`)
  let started = performance.now()
  for (let part = 1; part < parts; part++) await State.hash(record.value.stateAt(Math.floor((recorded * part) / parts)))
  console.log(`It hashes the states of a first dissection into ${parts} parts: ${since(started)}`)
  started = performance.now()
  await witness(record.value.stateAt(recorded - 12_345))
  console.log(`It gives the witness of a step: ${since(started)}`)
  console.log(`Memory of this process: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`)
  await measureProgram(['p'])
}

function timed<Value>(work: () => Value): { seconds: number; value: Value } {
  const started = performance.now()
  const value = work()
  return { seconds: (performance.now() - started) / 1_000, value }
}

const since = (started: number) => ((performance.now() - started) / 1_000).toFixed(2)
