import { describe, expect, it } from 'vitest'
import { asm, bytesOf, li } from '../../testbeds/riscv/assemble'
import { Execution, NoSuchStepError, TooFewSnapshotsError } from './Execution'
import { Interpreter } from './Interpreter'
import * as State from './State'
import { Status } from './Status'

/** Counts in t0 up to `count`, stores each number, each in the next word, and exits. It makes 6 + 5 · `count` steps. */
const counting = (count: number) =>
  State.start({
    entry: 0,
    regions: [
      {
        address: 0,
        bytes: bytesOf([
          ...[...li(6, count), ...li(7, 0x10_0000)],
          ...[asm.beq({ rs1: 5, rs2: 6, imm: 20 }), asm.addi({ rd: 5, rs1: 5, imm: 1 }), asm.sw({ rs1: 7, rs2: 5 })],
          ...[asm.addi({ rd: 7, rs1: 7, imm: 4 }), asm.jal({ imm: -16 }), asm.ecall()],
        ]),
      },
    ],
  })

const record = (count: number, { maxSteps = 1e9, snapshots = 4 } = {}) =>
  Execution.record(counting(count), { machine: new Interpreter(counting(0)), maxSteps, snapshots })

const afterSteps = (count: number, steps: number) => {
  const machine = new Interpreter(counting(count))
  machine.run(steps)
  return State.hash(machine.state())
}

describe('an execution', () => {
  it.each([1, 199, 2_000, 4_321])('of a program that counts to %i gives the state at every step', async (count) => {
    const execution = record(count)
    const length = 6 + 5 * count
    expect(execution.length).toBe(length)
    for (const step of [0, 1, 999, 1_000, 1_001, 7_777, length - 1, length, length + 1])
      expect(await State.hash(execution.stateAt(step)), `${step}`).toBe(await afterSteps(count, step))
    expect(execution.stateAt(length - 1).status).toBe(Status.Running)
    expect(execution.stateAt(length).status).toBe(Status.Exited)
  })

  it('makes no step twice for states whose steps rise', async () => {
    const machine = new Interpreter(counting(0))
    const execution = Execution.record(counting(2_000), { machine, maxSteps: 1e9, snapshots: 4 })
    let made = 0
    const run = machine.run.bind(machine)
    machine.run = (steps) => {
      const done = run(steps)
      made += done
      return done
    }
    const steps = [0, 3, 4, 900, 1_800, 1_801, 9_000, execution.length, execution.length + 9]
    for (const step of steps) expect(await State.hash(execution.stateAt(step))).toBe(await afterSteps(2_000, step))
    expect(made).toBeLessThanOrEqual(execution.length)
    // Every step that was asked for is after another one, so the machine must go back only once.
    expect(await State.hash(execution.stateAt(900))).toBe(await afterSteps(2_000, 900))
  })

  it('ends after the allowed number of steps if the program does not halt', async () => {
    const execution = record(2_000, { maxSteps: 5_500 })
    expect(execution.length).toBe(5_500)
    expect(execution.stateAt(5_500).status).toBe(Status.Running)
    expect(await State.hash(execution.stateAt(5_500))).toBe(await afterSteps(2_000, 5_500))
  })

  it('gives the right states beyond the recorded steps', async () => {
    const execution = record(2_000, { maxSteps: 5_500 })
    for (const step of [5_499, 5_501, 7_777, 7_778, 10_005, 10_006, 20_000, 15_000, 5_600])
      expect(await State.hash(execution.stateAt(step)), `${step}`).toBe(await afterSteps(2_000, step))
    expect(execution.stateAt(20_000).status).toBe(Status.Exited)
  })

  it('of a halted machine has no step', () => {
    const halted = { ...counting(1), status: Status.Exited }
    const execution = Execution.record(halted, { machine: new Interpreter(halted), maxSteps: 10 })
    expect(execution.length).toBe(0)
    expect(execution.stateAt(3)).toEqual(halted)
  })

  it.each([-1, 0.5, Number.NaN])('has no step %d', (step) => {
    expect(() => record(1).stateAt(step)).toThrow(NoSuchStepError)
  })

  it('needs room for two snapshots', () => {
    expect(() => record(1, { snapshots: 1 })).toThrow(TooFewSnapshotsError)
  })
})
