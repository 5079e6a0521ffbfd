import { asm } from './assemble'
import { before, type Case, operands } from './Case'
import { haltingCases } from './haltingCases'

const lowest = 0x8000_0000
const highest = 0x7fff_ffff
const minusOne = 0xffff_ffff

type Result = readonly [a: number, b: number, rd: number]

const registers = (name: keyof typeof asm, results: readonly Result[]): Case[] =>
  results.map(([a, b, rd]) => ({
    name: `${name} ${signed(a)}, ${signed(b)}`,
    ...{ word: asm[name](operands), a, b, after: { rd } },
  }))

const immediates = (name: keyof typeof asm, results: readonly Result[]): Case[] =>
  results.map(([a, imm, rd]) => ({
    name: `${name} ${signed(a)}, ${imm}`,
    ...{ word: asm[name]({ rd: 12, rs1: 10, imm }), a, after: { rd } },
  }))

const branches = (name: keyof typeof asm, results: readonly (readonly [a: number, b: number, isTaken: boolean])[]) =>
  results.map(([a, b, isTaken]): Case => {
    const word = asm[name]({ rs1: 10, rs2: 11, imm: -0x800 })
    return { name: `${name} ${signed(a)}, ${signed(b)}`, word, a, b, after: { pc: isTaken ? 0x800 : 0x1004 } }
  })

const memory = (name: keyof typeof asm, results: readonly (readonly [imm: number, after: Case['after']])[]): Case[] =>
  results.map(([imm, after]) => ({
    name: `${name} at ${imm}`,
    ...{ word: asm[name]({ ...operands, imm }), a: before.address, b: 0x0102_83a4, after },
  }))

const signed = (value: number) => String(value | 0)

export const cases: readonly Case[] = [
  ...registers('add', [
    [1, 2, 3],
    [highest, 1, lowest],
    [minusOne, 1, 0],
  ]),
  ...registers('sub', [
    [1, 2, minusOne],
    [lowest, 1, highest],
  ]),
  ...registers('sll', [
    [1, 31, lowest],
    [3, 33, 6],
  ]),
  ...registers('slt', [
    [lowest, highest, 1],
    [1, minusOne, 0],
    [5, 5, 0],
  ]),
  ...registers('sltu', [
    [lowest, highest, 0],
    [1, minusOne, 1],
  ]),
  ...registers('xor', [[0xff00_ff00, 0x0ff0_0ff0, 0xf0f0_f0f0]]),
  ...registers('srl', [
    [lowest, 31, 1],
    [lowest, 32, lowest],
  ]),
  ...registers('sra', [
    [lowest, 31, minusOne],
    [highest, 30, 1],
    [lowest, 64, lowest],
  ]),
  ...registers('or', [[0xff00_ff00, 0x0ff0_0ff0, 0xfff0_fff0]]),
  ...registers('and', [[0xff00_ff00, 0x0ff0_0ff0, 0x0f00_0f00]]),
  ...registers('mul', [
    [minusOne, minusOne, 1],
    [0x1234_5678, 0x9abc_def0, 0x242d_2080],
    [lowest, 2, 0],
  ]),
  ...registers('mulh', [
    [minusOne, minusOne, 0],
    [lowest, lowest, 0x4000_0000],
    [minusOne, 1, minusOne],
    [highest, lowest, 0xc000_0000],
  ]),
  ...registers('mulhsu', [
    [minusOne, minusOne, minusOne],
    [lowest, minusOne, lowest],
    [1, minusOne, 0],
  ]),
  ...registers('mulhu', [
    [minusOne, minusOne, 0xffff_fffe],
    [lowest, 2, 1],
  ]),
  ...registers('div', [
    [7, 0, minusOne],
    [lowest, minusOne, lowest],
    [0xffff_fff9, 2, 0xffff_fffd],
    [7, 0xffff_fffe, 0xffff_fffd],
  ]),
  ...registers('divu', [
    [7, 0, minusOne],
    [lowest, minusOne, 0],
    [minusOne, 2, highest],
  ]),
  ...registers('rem', [
    [0xffff_fff9, 0, 0xffff_fff9],
    [lowest, minusOne, 0],
    [0xffff_fff9, 2, minusOne],
    [7, 0xffff_fffe, 1],
  ]),
  ...registers('remu', [
    [7, 0, 7],
    [lowest, minusOne, lowest],
    [minusOne, 10, 5],
  ]),
  ...immediates('addi', [
    [minusOne, 1, 0],
    [0, -2048, 0xffff_f800],
    [0, 2047, 2047],
  ]),
  ...immediates('slti', [
    [lowest, -1, 1],
    [0, -1, 0],
  ]),
  ...immediates('sltiu', [
    [5, -1, 1],
    [0, 1, 1],
    [minusOne, -1, 0],
  ]),
  ...immediates('xori', [[0x0000_ffff, -1, 0xffff_0000]]),
  ...immediates('ori', [[0x1234_5000, -2048, 0xffff_f800]]),
  ...immediates('andi', [[0x1234_5678, -256, 0x1234_5600]]),
  ...immediates('slli', [
    [1, 31, lowest],
    [3, 0, 3],
  ]),
  ...immediates('srli', [[lowest, 31, 1]]),
  ...immediates('srai', [
    [lowest, 31, minusOne],
    [highest, 1, 0x3fff_ffff],
  ]),
  { name: 'lui', word: asm.lui({ rd: 12, imm: 0x8765_4000 }), after: { rd: 0x8765_4000 } },
  { name: 'auipc', word: asm.auipc({ rd: 12, imm: 0xffff_f000 }), after: { rd: 0 } },
  { name: 'jal forward', word: asm.jal({ rd: 12, imm: 0xff0fc }), after: { rd: 0x1004, pc: 0x10_00fc } },
  { name: 'jal below address 0', word: asm.jal({ rd: 12, imm: -0x2000 }), after: { rd: 0x1004, pc: 0xffff_f000 } },
  {
    name: 'jalr clears the lowest bit of its target',
    ...{ word: asm.jalr({ rd: 12, rs1: 10, imm: -3 }), a: 0x2004, after: { rd: 0x1004, pc: 0x2000 } },
  },
  {
    name: 'jalr to its own address',
    word: asm.jalr({ rd: 12, rs1: 10 }),
    a: 0x1000,
    after: { rd: 0x1004, pc: 0x1000 },
  },
  ...branches('beq', [
    [5, 5, true],
    [5, 6, false],
  ]),
  ...branches('bne', [
    [5, 5, false],
    [5, 6, true],
  ]),
  ...branches('blt', [
    [lowest, highest, true],
    [1, minusOne, false],
    [5, 5, false],
  ]),
  ...branches('bge', [
    [lowest, highest, false],
    [1, minusOne, true],
    [5, 5, true],
  ]),
  ...branches('bltu', [
    [lowest, highest, false],
    [1, minusOne, true],
  ]),
  ...branches('bgeu', [
    [lowest, highest, true],
    [1, minusOne, false],
    [5, 5, true],
  ]),
  ...memory('lb', [
    [0, { rd: 0x5c }],
    [3, { rd: 0xffff_ff8f }],
  ]),
  ...memory('lh', [
    [0, { rd: 0x6d5c }],
    [2, { rd: 0xffff_8f7e }],
  ]),
  ...memory('lw', [
    [0, { rd: 0x8f7e_6d5c }],
    [4, { rd: 0 }],
    [-32, { rd: 0 }],
  ]),
  ...memory('lbu', [
    [1, { rd: 0x6d }],
    [3, { rd: 0x8f }],
  ]),
  ...memory('lhu', [[2, { rd: 0x8f7e }]]),
  ...memory('sb', [
    [0, { datum: 0x8f7e_6da4 }],
    [3, { datum: 0xa47e_6d5c }],
  ]),
  ...memory('sh', [
    [0, { datum: 0x8f7e_83a4 }],
    [2, { datum: 0x83a4_6d5c }],
  ]),
  ...memory('sw', [[0, { datum: 0x0102_83a4 }]]),
  { name: 'the register x0 stays 0', word: asm.addi({ rd: 0, rs1: 10, imm: 1 }), a: 5, after: {} },
  { name: 'jal without a register', word: asm.jal({ imm: 8 }), after: { pc: 0x1008 } },
  { name: 'a load into x0', word: asm.lw({ rs1: 10 }), a: before.address, after: {} },
  { name: 'fence', word: 0x0ff0_000f, after: {} },
  { name: 'fence.i', word: asm.fenceI(), after: {} },
  ...(['csrrw', 'csrrs', 'csrrc', 'csrrwi', 'csrrsi', 'csrrci'] as const).map((name) => ({
    name: `${name} reads 0`,
    ...{ word: asm[name]({ rd: 12, rs1: 10, imm: 0x305 }), a: 7, after: { rd: 0 } },
  })),
  ...haltingCases,
]
