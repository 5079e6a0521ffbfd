import { PayloadTree } from '@lp/contracts/protocol'
import { bytesToHex } from 'viem'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { randomFrom } from '../../testbeds/fuzz'
import { factsOf, firstState, loadImage } from '../../testbeds/judged/judgedProgram'
import { transcode } from '../../testbeds/native'
import { startMachineContract } from '../../testbeds/riscv/machineContract'
import { selfTest } from '../check/selfTest'
import { findFfmpeg } from '../transcoder/findFfmpeg'
import { Execution } from './Execution'
import { memoryTree } from './memoryTree'
import * as Program from './Program'
import * as State from './State'
import { WasmMachine } from './WasmMachine'
import { witness } from './Witness'

let contract: Awaited<ReturnType<typeof startMachineContract>>
let first: State.State
let execution: Execution
let roots: Pick<Parameters<typeof Program.firstMemoryRoot>[0], 'source' | 'rendition' | 'facts'>
beforeAll(async () => {
  contract = await startMachineContract()
  const { options, qps } = selfTest
  const source = selfTest.segment()
  const { payloads: renditions, outputs } = await transcode(await findFfmpeg(), { options, data: source, qps })
  const segment = { dataHash: await PayloadTree.hash(source), durationMs: 500 }
  const work = { options, segment, outputs, preceding: 'verified' } as const
  const judged = { work, payloads: { source, renditions } }
  first = firstState(await loadImage(), judged, 0)
  execution = Execution.record(first, { machine: new WasmMachine(first), maxSteps: 2 ** 37, snapshots: 32 })
  const rootOf = async (data: Uint8Array) => PayloadTree.root(await PayloadTree.build(data))
  const rendition = await rootOf(renditions[0] as Uint8Array)
  roots = { source: await rootOf(source), rendition, facts: factsOf(judged, 0) }
}, 10 * 60_000)
afterAll(() => contract.stop())

it('the first memory root of a real segment follows from the committed root of the program', async () => {
  expect(await Program.firstMemoryRoot(roots)).toBe(bytesToHex((await memoryTree(first.pages)).root))
})

it('the contract makes the steps of the judged program', async () => {
  const random = randomFrom(64)
  const steps = [0, execution.length - 1, ...Array.from({ length: 60 }, () => random(execution.length - 1))]
  for (const step of steps) {
    const [before, after] = execution.statesAt([step, step + 1]) as [State.State, State.State]
    expect(await contract.step([await witness(before)])).toEqual([await State.hash(after)])
  }
  expect(Program.resultOf(execution.stateAt(execution.length))).toEqual({ verdict: 'Valid', codes: [] })
})
