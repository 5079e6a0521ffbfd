import { State, type Status } from '../../src/judge'

/**
 * One step whose result is known from the RISC-V manual. The instruction is at `pc` 0x1000, and its registers are a0 = `a`, a1 = `b` and
 * a2 = `rd`. The word at 0x2000 is `datum`. What the step does not change, a case does not name.
 */
export type Case = {
  name: string
  word: number
  a?: number
  b?: number
  datum?: number
  /** After the step. */
  after: { rd?: number; pc?: number; status?: Status; datum?: number }
}

export const before = { pc: 0x1000, address: 0x2000, rd: 0xdead_beef, datum: 0x8f7e_6d5c }
/** The registers of an instruction. */
export const operands = { rd: 12, rs1: 10, rs2: 11 }

/** The state before the step of a case. */
export const stateOf = ({ word, a = 0, b = 0, datum = before.datum }: Omit<Case, 'after' | 'name'>): State.State => {
  const state = State.start({
    entry: before.pc,
    regions: [
      { address: before.pc, bytes: littleEndian(word) },
      { address: before.address, bytes: littleEndian(datum) },
    ],
  })
  state.registers.set([a, b, before.rd], 10)
  return state
}

function littleEndian(word: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, word, true)
  return bytes
}
