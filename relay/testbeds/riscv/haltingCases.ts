import { Status } from '../../src/judge'
import { asm } from './assemble'
import { before, type Case, operands } from './Case'

const halts = (name: string, word: number, status: Status, a = 0): Case => ({
  name,
  word,
  a,
  after: { status, pc: 0x1000 },
})

/** Steps that halt, and steps that almost do. */
export const haltingCases: readonly Case[] = [
  halts('ecall', asm.ecall(), Status.Exited),
  halts('ebreak', asm.ebreak(), Status.Breakpoint),
  halts('the word 0', 0, Status.UnknownInstruction),
  halts('the word −1', 0xffff_ffff, Status.UnknownInstruction),
  halts('a compressed instruction', 0x0000_4501, Status.UnknownInstruction),
  halts('mret', 0x3020_0073, Status.UnknownInstruction),
  halts('wfi', 0x1050_0073, Status.UnknownInstruction),
  halts('a system instruction of the hypervisor', 0x6000_4073, Status.UnknownInstruction),
  halts('ecall with a register', 0x0000_00f3, Status.UnknownInstruction),
  halts('an atomic instruction', 0x1005_262f, Status.UnknownInstruction),
  halts('a load of 8 bytes', 0x0005_3603, Status.UnknownInstruction),
  halts('lwu', 0x0005_6603, Status.UnknownInstruction),
  halts('a store of 8 bytes', 0x00b5_3023, Status.UnknownInstruction),
  halts('an unknown branch', 0x0000_2063, Status.UnknownInstruction),
  halts('jalr with another funct3', 0x0005_1067, Status.UnknownInstruction),
  halts('fence with another funct3', 0x0000_200f, Status.UnknownInstruction),
  halts('slli by 32', asm.slli({ rd: 12, rs1: 10, imm: 32 }), Status.UnknownInstruction),
  halts('slli with the alternative funct7', 0x4015_1613, Status.UnknownInstruction),
  halts('srai by 32', asm.srai({ rd: 12, rs1: 10, imm: 32 }), Status.UnknownInstruction),
  halts('an xor with the alternative funct7', 0x40b5_4633, Status.UnknownInstruction),
  halts('an add with another funct7', 0x04b5_0633, Status.UnknownInstruction),
  halts('jal to a halfword', asm.jal({ rd: 12, imm: 6 }), Status.Misaligned),
  halts('jalr to a halfword', asm.jalr({ rd: 12, rs1: 10, imm: 3 }), Status.Misaligned),
  halts('a branch to a halfword', asm.beq({ imm: 6 }), Status.Misaligned),
  { name: 'a branch to a halfword that is not taken', word: asm.bne({ imm: 6 }), after: {} },
  ...[1, 2, 3].flatMap((imm) => [
    halts(`lw at ${imm}`, asm.lw({ rd: 12, rs1: 10, imm }), Status.Misaligned, before.address),
    halts(`sw at ${imm}`, asm.sw({ rs1: 10, rs2: 11, imm }), Status.Misaligned, before.address),
  ]),
  ...(['lh', 'lhu', 'sh'] as const).map((name) =>
    halts(`${name} at an odd address`, asm[name]({ ...operands, imm: 1 }), Status.Misaligned, before.address),
  ),
  ...(['lb', 'lbu', 'lh', 'lhu', 'lw', 'sb', 'sh', 'sw'] as const).map((name) =>
    halts(`${name} beyond the memory`, asm[name](operands), Status.OutsideMemory, 0x2000_0000),
  ),
  halts('a load from the highest address', asm.lbu({ rd: 12, imm: -1 }), Status.OutsideMemory),
  {
    name: 'a load from the last word of the memory',
    ...{ word: asm.lw({ rd: 12, rs1: 10, imm: -4 }), a: 0x2000_0000, after: { rd: 0 } },
  },
]
