import { asm, bytesOf, li } from './assemble'
import { pick, randomWord } from './randomStates'

/**
 * A program that runs on Linux and on our machine. It writes its results to memory, and then calls `write` (a1: their address, a2: their
 * length). Linux goes on after the call; our machine halts at it.
 */
export type Program = { address: number; bytes: Uint8Array }

type Random = (bound: number) => number

const address = 0x10_0000
/** x30 points into the data, and x31 to the next results. No instruction of a block changes them. */
const [data, results] = [30, 31]
const dataBytes = 4096

const operators = (Object.keys(asm) as (keyof typeof asm)[]).filter((name) => (asm[name]() & 0x7f) === 0x33)
const edges = [0, 1, 2, 31, 32, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_ffff, 0x0001_0000]

/** Each instruction with two registers, with each pair of edge values. */
export const operandsProgram = (): Program => {
  const pairs = operators.flatMap((name) => edges.flatMap((a) => edges.map((b) => ({ name, a, b }))))
  return program(
    pairs.flatMap(({ name, a, b }) => [
      ...[...li(10, a), ...li(11, b)],
      ...[asm[name]({ rd: 12, rs1: 10, rs2: 11 }), asm.sw({ rs1: results, rs2: 12 })],
      asm.addi({ rd: results, rs1: results, imm: 4 }),
    ]),
    4 * pairs.length,
  )
}

/** Blocks of random instructions. Each block begins with random registers, and ends by storing all registers. */
export const randomProgram = (random: Random, { blocks, length }: { blocks: number; length: number }): Program =>
  program(Array.from({ length: blocks }, () => block(random, length)).flat(), blocks * 128)

function program(words: readonly number[], resultBytes: number): Program {
  const prologueWords = 4
  const call = [...li(17, 64), ...li(10, 1), ...li(11, 0), ...li(12, dataBytes + resultBytes), asm.ecall()]
  const exit = [...li(17, 93), ...li(10, 0), asm.ecall()]
  const end = address + 4 * (prologueWords + words.length + call.length + exit.length)
  const output = end + 4
  call.splice(4, 2, ...li(11, output))
  const prologue = [...li(data, output + dataBytes / 2), ...li(results, output + dataBytes)]
  const code = bytesOf([...prologue, ...words, ...call, ...exit, 0])
  const bytes = new Uint8Array(code.length + dataBytes + resultBytes)
  bytes.set(code)
  return { address, bytes }
}

/** A unit is one or several instructions that belong together: a jump never goes into the middle of a unit. */
type Unit = readonly number[] | { skip: number; jump: (imm: number) => number }

function block(random: Random, length: number): number[] {
  const registers = Array.from({ length: 29 }, (_, index) => li(index + 1, randomWord(random))).flat()
  const units = Array.from({ length }, () => unit(random))
  const sizes = units.map((one) => ('skip' in one ? 1 : one.length))
  const words = units.flatMap((one, index) => {
    if (!('skip' in one)) return one
    const distance = sizes.slice(index, index + one.skip).reduce((sum, size) => sum + size, 0)
    return [one.jump(4 * distance)]
  })
  const stores = Array.from({ length: 29 }, (_, at) => asm.sw({ rs1: results, rs2: at + 1, imm: 4 * at }))
  return [...registers, ...words, ...stores, asm.addi({ rd: results, rs1: results, imm: 128 })]
}

const immediates = ['addi', 'slti', 'sltiu', 'xori', 'ori', 'andi'] as const
const shifts = ['slli', 'srli', 'srai'] as const
const branches = ['beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu'] as const
const accesses = { lb: 1, lbu: 1, lh: 2, lhu: 2, lw: 4, sb: 1, sh: 2, sw: 4 } as const

function unit(random: Random): Unit {
  const rd = random(30)
  const [rs1, rs2] = [random(32), random(32)]
  const imm = random(4096) - 2048
  const kinds: (() => Unit)[] = [
    ...Array.from({ length: 6 }, () => () => [asm[pick(random, operators)]({ rd, rs1, rs2 })]),
    () => [asm[pick(random, immediates)]({ rd, rs1, imm })],
    () => [asm[pick(random, shifts)]({ rd, rs1, imm: random(32) })],
    () => [asm[pick(random, ['lui', 'auipc'] as const)]({ rd, imm: randomWord(random) })],
    () => li(rd, randomWord(random)),
    ...Array.from({ length: 3 }, () => () => {
      const [name, bytes] = pick(random, Object.entries(accesses)) as [keyof typeof accesses, number]
      return [asm[name]({ rd, rs1: data, rs2, imm: imm & -bytes })]
    }),
    () => ({ skip: 1 + random(4), jump: (imm) => asm[pick(random, branches)]({ rs1, rs2, imm }) }),
    () => ({ skip: 1 + random(4), jump: (imm) => asm.jal({ rd, imm }) }),
    // Forward over a jump, back to this jump, and over both.
    () => [asm.jal({ rd, imm: 8 }), asm.jal({ rd, imm: 8 }), asm.beq({ imm: -4 })],
    () => [asm.auipc({ rd: 29 }), asm.jalr({ rd, rs1: 29, imm: 8 + random(2) })],
    () => [asm.fence()],
  ]
  return pick(random, kinds)()
}
