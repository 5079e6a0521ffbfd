/** The fields of an instruction of RV32IM. The names are the names in the RISC-V manual. */

export const opcodeOf = (word: number): number => word & 0x7f
export const rd = (word: number): number => (word >>> 7) & 31
export const funct3 = (word: number): number => (word >>> 12) & 7
export const rs1 = (word: number): number => (word >>> 15) & 31
export const rs2 = (word: number): number => (word >>> 20) & 31
export const funct7 = (word: number): number => word >>> 25

/** The immediate operands, as signed numbers. */
export const immediateI = (word: number): number => word >> 20
export const immediateS = (word: number): number => ((word >> 25) << 5) | ((word >>> 7) & 31)
export const immediateB = (word: number): number =>
  ((word >> 31) << 12) | ((word << 4) & 0x800) | ((word >>> 20) & 0x7e0) | ((word >>> 7) & 0x1e)
export const immediateU = (word: number): number => word & 0xfffff000
export const immediateJ = (word: number): number =>
  ((word >> 31) << 20) | (word & 0xff000) | ((word >>> 9) & 0x800) | ((word >>> 20) & 0x7fe)

export const opcode = {
  load: 0x03,
  fence: 0x0f,
  immediate: 0x13,
  auipc: 0x17,
  store: 0x23,
  register: 0x33,
  lui: 0x37,
  branch: 0x63,
  jalr: 0x67,
  jal: 0x6f,
  system: 0x73,
} as const

/** The instructions that have no operands. */
export const ecall = 0x00000073
export const ebreak = 0x00100073

/** Bytes that a load or store with this `funct3` accesses. Undefined if there is no such instruction. */
export const loadBytes = (kind: number): 1 | 2 | 4 | undefined => ([1, 2, 4, undefined, 1, 2] as const)[kind]
export const storeBytes = (kind: number): 1 | 2 | 4 | undefined => ([1, 2, 4] as const)[kind]
