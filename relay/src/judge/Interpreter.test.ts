import { describe, expect, it } from 'vitest'
import { asm, bytesOf, li } from '../../testbeds/riscv/assemble'
import { before, stateOf } from '../../testbeds/riscv/Case'
import { cases } from '../../testbeds/riscv/cases'
import { Interpreter } from './Interpreter'
import { memoryBytes } from './Pages'
import * as State from './State'
import { Status } from './Status'
import { wordAt } from './wordAt'

describe('one step of the interpreter', () => {
  const machine = new Interpreter(State.start({ regions: [], entry: 0 }))
  it.each(cases)('$name', ({ after, ...rest }) => {
    const state = stateOf(rest)
    machine.load(state)
    expect(machine.run(1)).toBe(1)
    const next = machine.state()
    const expected = { status: Status.Running, pc: before.pc + 4, rd: before.rd, datum: before.datum, ...after }
    const { status, pc } = next
    expect({ status, pc, rd: next.registers[12], datum: wordAt(next.pages, before.address) }).toEqual(expected)
    const others = (registers: Uint32Array) => registers.filter((_, index) => index !== 12)
    expect(others(next.registers)).toEqual(others(state.registers))
    // The state before the step has not changed.
    expect(wordAt(state.pages, before.address)).toBe(before.datum)
  })
})

const run = (words: readonly number[], { entry = 0, steps = 1_000 } = {}) => {
  const machine = new Interpreter(State.start({ regions: [{ address: entry, bytes: bytesOf(words) }], entry }))
  return { made: machine.run(steps), machine, state: machine.state() }
}

describe('a run of the interpreter', () => {
  it('counts the step that halts, and makes no step afterwards', () => {
    const { made, machine, state } = run([...li(10, 0xcafe_f00d), asm.ecall()])
    expect(made).toBe(3)
    expect(state).toMatchObject({ pc: 8, status: Status.Exited })
    expect(state.registers[10]).toBe(0xcafe_f00d)
    expect(machine.run(5)).toBe(0)
    expect(machine.state()).toEqual(state)
  })

  it('makes no more steps than it is asked for', () => {
    expect(run([asm.jal()], { steps: 77 }).made).toBe(77)
  })

  it('executes an instruction that the program has written', () => {
    const program = [...li(10, asm.addi({ rd: 11, imm: 42 })), asm.sw({ rs2: 10, imm: 12 }), 0, asm.ecall()]
    const { state } = run(program)
    expect(state).toMatchObject({ pc: 16, status: Status.Exited })
    expect(state.registers[11]).toBe(42)
  })

  it('executes the last word of the memory, and halts behind it', () => {
    const { made, state } = run([asm.addi({ rd: 5, imm: 7 })], { entry: memoryBytes - 4 })
    expect(made).toBe(2)
    expect(state).toMatchObject({ pc: memoryBytes, status: Status.OutsideMemory })
    expect(state.registers[5]).toBe(7)
  })

  it('halts at an entry that is not the address of a word', () => {
    const machine = new Interpreter(State.start({ regions: [], entry: 6 }))
    machine.run(1)
    expect(machine.state().status).toBe(Status.Misaligned)
  })

  it('keeps each state as it was, although the machine goes on', () => {
    const program = [asm.addi({ rd: 5, rs1: 5, imm: 1 }), asm.sw({ rs2: 5, imm: 0x400 }), asm.jal({ imm: -8 })]
    const machine = new Interpreter(State.start({ regions: [{ address: 0, bytes: bytesOf(program) }], entry: 0 }))
    const states = [1, 2, 3].map(() => {
      machine.run(3)
      return machine.state()
    })
    expect(states.map(({ pages }) => wordAt(pages, 0x400))).toEqual([1, 2, 3])
    expect(states.map(({ registers }) => registers[5])).toEqual([1, 2, 3])
  })
})
