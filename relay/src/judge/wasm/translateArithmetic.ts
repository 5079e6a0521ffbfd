import * as instruction from '../instruction'
import { type Code, op } from './encode'

/** Code that puts a register on the stack. The first use of a register must not be in a conditional part of the code. */
type Register = (index: number) => Code

/** Code that computes what ../arithmetic.ts computes. Undefined if there is no such instruction. */
export function compute(word: number, register: Register): Code | undefined {
  const opcode = instruction.opcodeOf(word)
  const [kind, funct7] = [instruction.funct3(word), instruction.funct7(word)]
  const [a, b] = [instruction.rs1(word), instruction.rs2(word)]
  if (opcode === instruction.opcode.immediate) {
    const isShift = kind === 1 || kind === 5
    const code = isShift ? shifts[funct7]?.[kind] : base[kind]
    const immediate = isShift ? b : instruction.immediateI(word)
    return code && [...register(a), ...op.constant(immediate), ...code]
  }
  if (opcode !== instruction.opcode.register) return undefined
  if (funct7 === 1 && kind > 3) return division(kind, a, b, register)
  if (funct7 === 1 && kind > 0) return highProduct(kind, a, b, register)
  const code = funct7 === 0 ? base[kind] : funct7 === 1 ? op.multiply : funct7 === 0x20 ? alternative[kind] : undefined
  return code && [...register(a), ...register(b), ...code]
}

/** Shifts of WebAssembly use the lowest 5 bits of the distance, as RV32IM does. */
const base: Readonly<Record<number, Code>> = {
  0: [...op.add],
  1: [...op.shiftLeft],
  2: [...op.lessSigned],
  3: [...op.less],
  4: [...op.xor],
  5: [...op.shiftRight],
  6: [...op.or],
  7: [...op.and],
}
const alternative: Readonly<Record<number, Code>> = { 0: [...op.subtract], 5: [...op.shiftRightSigned] }
const shifts: Readonly<Record<number, Readonly<Record<number, Code>>>> = {
  0: { 1: [...op.shiftLeft], 5: [...op.shiftRight] },
  32: { 5: [...op.shiftRightSigned] },
}

function highProduct(kind: number, a: number, b: number, register: Register): Code {
  return [
    ...[...register(a), ...(kind === 3 ? op.extend : op.extendSigned)],
    ...[...register(b), ...(kind === 1 ? op.extendSigned : op.extend)],
    ...[...op.multiply64, ...op.constant64(32), ...op.shiftRightSigned64, ...op.wrap],
  ]
}

/** WebAssembly traps at a division by zero, and at −2³¹ ÷ −1 in 32 bits. So zero is a case of its own, and signed divisions have 64 bits. */
function division(kind: number, a: number, b: number, register: Register): Code {
  const isRemainder = kind >= 6
  const isSigned = kind % 2 === 0
  // The first uses of both registers are before the condition.
  const condition = [...register(a), ...op.drop, ...register(b), ...op.isZero]
  const extension = isSigned ? op.extendSigned : []
  const divide = isSigned
    ? [...(isRemainder ? op.remainderSigned64 : op.divideSigned64), ...op.wrap]
    : isRemainder
      ? op.remainder
      : op.divide
  return [
    ...[...condition, ...op.choose, ...(isRemainder ? register(a) : op.constant(-1)), ...op.else],
    ...[...register(a), ...extension, ...register(b), ...extension, ...divide, ...op.end],
  ]
}
