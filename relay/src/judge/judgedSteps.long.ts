import { PayloadTree } from '@lp/contracts/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { randomFrom } from '../../testbeds/fuzz'
import { loadImage, taskOf } from '../../testbeds/judged/judgedProgram'
import { transcode } from '../../testbeds/native'
import { startMachineContract } from '../../testbeds/riscv/machineContract'
import { selfTest } from '../check/selfTest'
import { findFfmpeg } from '../transcoder/findFfmpeg'
import { Execution } from './Execution'
import * as Program from './Program'
import * as State from './State'
import * as Task from './Task'
import { WasmMachine } from './WasmMachine'
import { witness } from './Witness'

let contract: Awaited<ReturnType<typeof startMachineContract>>
let task: Task.Task
let execution: Execution
beforeAll(async () => {
  contract = await startMachineContract()
  const { options, qps } = selfTest
  const source = selfTest.segment()
  const { payloads: renditions, outputs } = await transcode(await findFfmpeg(), { options, data: source, qps })
  const segment = { dataHash: await PayloadTree.hash(source), durationMs: 500 }
  const work = { options, segment, outputs, preceding: 'verified' } as const
  const judged = { work, payloads: { source, renditions } }
  task = taskOf(await loadImage(), judged, 0)
  const first = Task.firstState(task)
  execution = Execution.record(first, { machine: new WasmMachine(first), maxSteps: 2 ** 37, snapshots: 32 })
}, 10 * 60_000)
afterAll(() => contract.stop())

it('the task that the contract gets has the committed root of the program', async () => {
  expect((await Task.encode(task)).program).toBe(Program.programRoot)
})

it('the contract makes the steps of the judged program', async () => {
  const random = randomFrom(64)
  const steps = [0, execution.length - 1, ...Array.from({ length: 60 }, () => random(execution.length - 1))]
  for (const step of steps) {
    const [before, after] = [execution.stateAt(step), execution.stateAt(step + 1)]
    expect(await contract.step([await witness(before)])).toEqual([await State.hash(after)])
  }
  expect(Program.resultOf(execution.stateAt(execution.length))).toEqual({ verdict: 'Valid', codes: [] })
})
