/** Encodes instructions of RV32IM. `rd`, `rs1` and `rs2` are numbers of registers. Immediates are signed. */

type Operands = { rd?: number; rs1?: number; rs2?: number; imm?: number }
type Encode = (operands?: Operands) => number

const fields = ({ rd = 0, rs1 = 0, rs2 = 0 }: Operands) => (rd << 7) | (rs1 << 15) | (rs2 << 20)

const typeR =
  (funct7: number, funct3: number): Encode =>
  (operands = {}) =>
    ((funct7 << 25) | (funct3 << 12) | fields(operands) | 0x33) >>> 0

const typeI =
  (opcode: number, funct3: number): Encode =>
  ({ imm = 0, ...registers } = {}) =>
    ((imm << 20) | (funct3 << 12) | fields({ ...registers, rs2: 0 }) | opcode) >>> 0

const shift =
  (funct7: number, funct3: number): Encode =>
  ({ imm = 0, ...registers } = {}) =>
    typeI(0x13, funct3)({ ...registers, imm: (funct7 << 5) | imm })

const typeS =
  (funct3: number): Encode =>
  ({ imm = 0, ...registers } = {}) =>
    (((imm >> 5) << 25) | (funct3 << 12) | fields({ ...registers, rd: imm & 31 }) | 0x23) >>> 0

const typeB =
  (funct3: number): Encode =>
  ({ imm = 0, ...registers } = {}) =>
    (((imm >> 12) << 31) |
      (((imm >> 5) & 63) << 25) |
      (funct3 << 12) |
      fields({ ...registers, rd: (imm & 0x1e) | ((imm >> 11) & 1) }) |
      0x63) >>>
    0

const typeU =
  (opcode: number): Encode =>
  ({ rd = 0, imm = 0 } = {}) =>
    ((imm & 0xfffff000) | (rd << 7) | opcode) >>> 0

const jal: Encode = ({ rd = 0, imm = 0 } = {}) =>
  (((imm >> 20) << 31) |
    (((imm >> 1) & 0x3ff) << 21) |
    (((imm >> 11) & 1) << 20) |
    (imm & 0xff000) |
    (rd << 7) |
    0x6f) >>>
  0

const csr = (funct3: number): Encode => typeI(0x73, funct3)

const ecall: Encode = () => 0x00000073
const ebreak: Encode = () => 0x00100073

/** All instructions of RV32IM, FENCE.I, and the instructions for control and status registers. */
export const asm = {
  ...{ lui: typeU(0x37), auipc: typeU(0x17), jal, jalr: typeI(0x67, 0) },
  ...{ beq: typeB(0), bne: typeB(1), blt: typeB(4), bge: typeB(5), bltu: typeB(6), bgeu: typeB(7) },
  ...{ lb: typeI(0x03, 0), lh: typeI(0x03, 1), lw: typeI(0x03, 2), lbu: typeI(0x03, 4), lhu: typeI(0x03, 5) },
  ...{ sb: typeS(0), sh: typeS(1), sw: typeS(2) },
  ...{ addi: typeI(0x13, 0), slti: typeI(0x13, 2), sltiu: typeI(0x13, 3), xori: typeI(0x13, 4) },
  ...{ ori: typeI(0x13, 6), andi: typeI(0x13, 7) },
  ...{ slli: shift(0, 1), srli: shift(0, 5), srai: shift(0x20, 5) },
  ...{ add: typeR(0, 0), sub: typeR(0x20, 0), sll: typeR(0, 1), slt: typeR(0, 2), sltu: typeR(0, 3) },
  ...{ xor: typeR(0, 4), srl: typeR(0, 5), sra: typeR(0x20, 5), or: typeR(0, 6), and: typeR(0, 7) },
  ...{ mul: typeR(1, 0), mulh: typeR(1, 1), mulhsu: typeR(1, 2), mulhu: typeR(1, 3) },
  ...{ div: typeR(1, 4), divu: typeR(1, 5), rem: typeR(1, 6), remu: typeR(1, 7) },
  ...{ fence: typeI(0x0f, 0), fenceI: typeI(0x0f, 1) },
  ...{ csrrw: csr(1), csrrs: csr(2), csrrc: csr(3), csrrwi: csr(5), csrrsi: csr(6), csrrci: csr(7) },
  ...{ ecall, ebreak },
} satisfies Record<string, Encode>

/** The bytes of instructions, one after another. */
export function bytesOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * words.length)
  const view = new DataView(bytes.buffer)
  for (const [index, word] of words.entries()) view.setUint32(4 * index, word, true)
  return bytes
}

/** Two instructions that set a register to any value of 32 bits. */
export function li(rd: number, value: number): number[] {
  const low = (value << 20) >> 20
  return [asm.lui({ rd, imm: value - low }), asm.addi({ rd, rs1: rd, imm: low })]
}
