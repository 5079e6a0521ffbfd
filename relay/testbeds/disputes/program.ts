import { type Hex, numberToHex } from 'viem'
import { disputedSteps, Execution, Interpreter, type State, type States, Task } from '../../src/judge'
import { asm, bytesOf, li } from '../riscv/assemble'

const [words, input, left, sum, result, expected, byte] = [5, 6, 8, 9, 10, 11, 12] as const

/**
 * Adds the bytes of the first input, and writes each sum to the memory. Exits with 0 if the lowest byte of the sum is the first option, and
 * with 1 if not. The input has 1 to 255 bytes.
 */
const program = bytesOf([
  ...[...li(words, Task.wordsAddress), ...li(input, Task.inputAddress(0))],
  asm.lbu({ rd: left, rs1: words, imm: 31 }),
  ...[asm.lbu({ rd: byte, rs1: input }), asm.add({ rd: sum, rs1: sum, rs2: byte }), asm.sw({ rs2: sum, imm: 1024 })],
  ...[asm.addi({ rd: input, rs1: input, imm: 1 }), asm.addi({ rd: left, rs1: left, imm: -1 })],
  asm.bne({ rs1: left, imm: -20 }),
  ...[asm.lbu({ rd: expected, rs1: words, imm: 95 }), asm.andi({ rd: sum, rs1: sum, imm: 255 })],
  ...[asm.xor({ rd: result, rs1: sum, rs2: expected }), asm.sltu({ rd: result, rs2: result }), asm.ecall()],
])

/** A task whose result is 0, or 1 if the option is wrong. */
export function taskOf({ bytes, isRight }: { bytes: Uint8Array; isRight: boolean }): Task.Task {
  const checksum = bytes.reduce((all, one) => all + one, isRight ? 0 : 1) % 256
  return {
    program: [{ address: 0, bytes: program }],
    inputs: [bytes],
    options: [numberToHex(checksum, { size: 32 }) as Hex],
  }
}

const execute = (first: State.State): Execution =>
  Execution.record(first, { machine: new Interpreter(first), maxSteps: disputedSteps })

export const honest = (task: Task.Task): Execution => execute(Task.firstState(task))

/** The states of a party that lies about the first option or the sum: from `step` on, all its states follow from another sum. */
export function liar(truth: Execution, step: number): States {
  const at = truth.stateAt(step)
  const registers = at.registers.slice()
  registers[sum] = ((registers[sum] as number) + 1) >>> 0
  const lie = execute({ ...at, registers })
  return { stateAt: (wanted) => (wanted < step ? truth.stateAt(wanted) : lie.stateAt(wanted - step)) }
}
