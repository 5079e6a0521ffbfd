import { describe, expect, it } from 'vitest'
import { randomFrom, seeds } from '../../testbeds/fuzz'
import { asm, bytesOf, li } from '../../testbeds/riscv/assemble'
import { stateOf } from '../../testbeds/riscv/Case'
import { cases } from '../../testbeds/riscv/cases'
import { operandsProgram, randomProgram } from '../../testbeds/riscv/programs'
import { randomState } from '../../testbeds/riscv/randomStates'
import { Interpreter } from './Interpreter'
import * as State from './State'
import { Status } from './Status'
import { WasmMachine } from './WasmMachine'

const empty = State.start({ regions: [], entry: 0 })
/** All tests use one machine, as all runs of a dispute do. The machine must not use the translation of an earlier program. */
const machine = new WasmMachine(empty)
const reference = new Interpreter(empty)

/** Both machines make the steps in the same parts, and must be in the same state after each part. */
async function expectSame(state: State.State, parts: readonly number[]): Promise<State.State> {
  reference.load(state)
  machine.load(state)
  for (const steps of parts) {
    expect(machine.run(steps)).toBe(reference.run(steps))
    const [{ pages, ...actual }, { pages: expected, ...rest }] = [machine.state(), reference.state()]
    expect(actual).toEqual(rest)
    expect(await State.hash({ pages, ...actual })).toBe(await State.hash({ pages: expected, ...rest }))
  }
  return reference.state()
}

const program = (words: readonly number[], entry = 0) =>
  State.start({ entry, regions: [{ address: entry, bytes: bytesOf(words) }] })

describe('the machine in WebAssembly makes the same steps as the interpreter', () => {
  it.each(cases)('in the case of $name', async ({ after: _, ...rest }) => {
    await expectSame(stateOf(rest), [1, 3])
  })

  it('in each instruction with two registers, with all pairs of edge values', async () => {
    const { address, ...region } = operandsProgram()
    const state = State.start({ entry: address, regions: [{ address, ...region }] })
    expect((await expectSame(state, [1e6])).status).toBe(Status.Exited)
  })

  it.each(seeds(10))('in a program with random blocks, seed %i', async (seed) => {
    const random = randomFrom(seed)
    const region = randomProgram(random, { blocks: 5, length: 100 })
    const parts = [...Array.from({ length: 20 }, () => 1 + random(200)), 1e6]
    const state = State.start({ entry: region.address, regions: [region] })
    expect((await expectSame(state, parts)).status).toBe(Status.Exited)
  })

  it.each(seeds(30))('from a random state, seed %i', async (seed) => {
    const random = randomFrom(seed)
    await expectSame(randomState(random), [1, 2, random(50), 500])
  })

  it('if the program changes its own code, in the same block and in a loop', async () => {
    // In round n of the loop, the program writes `addi x11, x11, n`, and executes it. After many rounds, the machine stops translating.
    const state = program([
      ...[...li(10, asm.addi({ rd: 11, rs1: 11 })), ...li(13, 0x0010_0000)],
      ...[
        asm.add({ rd: 10, rs1: 10, rs2: 13 }),
        asm.sw({ rs2: 10, imm: 24 }),
        0,
        asm.addi({ rd: 12, rs1: 12, imm: 1 }),
      ],
      ...[asm.slti({ rd: 14, rs1: 12, imm: 300 }), asm.bne({ rs1: 14, imm: -20 }), asm.ecall()],
    ])
    const { registers, status } = await expectSame(state, [5, 7, 100, 1e5])
    expect(status).toBe(Status.Exited)
    expect(registers[11]).toBe((300 * 301) / 2)
  })

  it('if data and code share a page', async () => {
    const state = program([
      ...[asm.addi({ rd: 5, rs1: 5, imm: 1 }), asm.sw({ rs2: 5, imm: 0x400 }), asm.sb({ rs2: 5, imm: 0x7ff })],
      ...[asm.slti({ rd: 6, rs1: 5, imm: 50 }), asm.bne({ rs1: 6, imm: -16 }), asm.ebreak()],
    ])
    expect((await expectSame(state, [3, 1e4])).status).toBe(Status.Breakpoint)
  })

  it('after another program was loaded at the same addresses', async () => {
    await expectSame(program([...li(10, 1), asm.ecall()]), [10])
    const { registers } = await expectSame(program([...li(10, 2), asm.ecall()]), [10])
    expect(registers[10]).toBe(2)
  })

  it('if the last word of the memory is executed', async () => {
    const state = program([asm.addi({ rd: 5, imm: 7 })], 2 ** 29 - 4)
    expect((await expectSame(state, [10])).status).toBe(Status.OutsideMemory)
  })
})

it('goes back to an earlier state', async () => {
  const state = program([asm.addi({ rd: 5, rs1: 5, imm: 1 }), asm.sw({ rs2: 5, imm: 0x400 }), asm.jal({ imm: -8 })])
  machine.load(state)
  machine.run(300)
  const earlier = machine.state()
  machine.run(3_000)
  const later = machine.state()
  machine.load(earlier)
  expect(await State.hash(machine.state())).toBe(await State.hash(earlier))
  machine.run(3_000)
  expect(await State.hash(machine.state())).toBe(await State.hash(later))
})
