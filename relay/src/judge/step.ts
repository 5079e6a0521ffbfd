import * as arithmetic from './arithmetic'
import * as instruction from './instruction'
import { memoryBytes } from './Pages'
import { Status } from './Status'

/** A machine, as one step sees it. */
export type Core = {
  pc: number
  status: Status
  readonly x: Uint32Array
  /** The address is in the memory, and a multiple of `bytes`. The lowest byte comes first. The result is unsigned. */
  read(address: number, bytes: 1 | 2 | 4): number
  /** Writes the lowest bytes of `value`. */
  write(address: number, bytes: 1 | 2 | 4, value: number): void
}

/**
 * Executes one instruction of RV32IM. The reference for all other implementations: contracts/src/verification/Machine.sol makes the same
 * step. A trap halts the machine and changes nothing else, so `pc` stays at the instruction that trapped. The machine must not be halted.
 */
export function step(core: Core): void {
  core.status = execute(core)
}

/** Returns the status after the step. */
function execute(core: Core): Status {
  const pc = core.pc
  const x = core.x
  if (pc % 4 !== 0) return Status.Misaligned
  if (pc >= memoryBytes) return Status.OutsideMemory
  const word = core.read(pc, 4)
  const kind = instruction.funct3(word)
  const a = x[instruction.rs1(word)] as number
  const b = x[instruction.rs2(word)] as number
  switch (instruction.opcodeOf(word)) {
    case instruction.opcode.lui:
      return set(core, word, instruction.immediateU(word))
    case instruction.opcode.auipc:
      return set(core, word, pc + instruction.immediateU(word))
    case instruction.opcode.jal:
      return jump(core, word, pc + instruction.immediateJ(word))
    case instruction.opcode.jalr:
      if (kind !== 0) return Status.UnknownInstruction
      return jump(core, word, (a + instruction.immediateI(word)) & ~1)
    case instruction.opcode.branch:
      return branch(core, word, arithmetic.isTaken(kind, a, b))
    case instruction.opcode.load:
      return load(core, word, (a + instruction.immediateI(word)) >>> 0)
    case instruction.opcode.store:
      return store(core, word, (a + instruction.immediateS(word)) >>> 0, b)
    case instruction.opcode.immediate:
      return set(core, word, arithmetic.ofImmediate(kind, instruction.funct7(word), a, instruction.immediateI(word)))
    case instruction.opcode.register:
      return set(core, word, arithmetic.ofRegisters(kind, instruction.funct7(word), a, b))
    case instruction.opcode.fence:
      // The machine has one processor, and fetches each instruction from the memory. So FENCE and FENCE.I have nothing to do.
      return kind <= 1 ? next(core) : Status.UnknownInstruction
    case instruction.opcode.system:
      return system(core, word, kind)
    default:
      return Status.UnknownInstruction
  }
}

/** Sets `rd`. If there is no result, there is no such instruction. */
function set(core: Core, word: number, result: number | undefined): Status {
  if (result === undefined) return Status.UnknownInstruction
  const rd = instruction.rd(word)
  if (rd !== 0) core.x[rd] = result
  return next(core)
}

function jump(core: Core, word: number, target: number): Status {
  if (target % 4 !== 0) return Status.Misaligned
  const rd = instruction.rd(word)
  if (rd !== 0) core.x[rd] = core.pc + 4
  core.pc = target >>> 0
  return Status.Running
}

function branch(core: Core, word: number, isTaken: boolean | undefined): Status {
  if (isTaken === undefined) return Status.UnknownInstruction
  if (!isTaken) return next(core)
  const target = core.pc + instruction.immediateB(word)
  if (target % 4 !== 0) return Status.Misaligned
  core.pc = target >>> 0
  return Status.Running
}

function load(core: Core, word: number, address: number): Status {
  const kind = instruction.funct3(word)
  const bytes = instruction.loadBytes(kind)
  if (!bytes) return Status.UnknownInstruction
  if (address % bytes !== 0) return Status.Misaligned
  if (address >= memoryBytes) return Status.OutsideMemory
  const value = core.read(address, bytes)
  // LB and LH extend the sign.
  return set(core, word, kind === 0 ? (value << 24) >> 24 : kind === 1 ? (value << 16) >> 16 : value)
}

function store(core: Core, word: number, address: number, value: number): Status {
  const bytes = instruction.storeBytes(instruction.funct3(word))
  if (!bytes) return Status.UnknownInstruction
  if (address % bytes !== 0) return Status.Misaligned
  if (address >= memoryBytes) return Status.OutsideMemory
  core.write(address, bytes, value)
  return next(core)
}

/**
 * ECALL and EBREAK halt. The machine has no control and status registers. A read of such a register gives 0, and a write changes nothing,
 * because the start code of Debian's C library writes to some of them.
 */
function system(core: Core, word: number, kind: number): Status {
  if (word === instruction.ecall) return Status.Exited
  if (word === instruction.ebreak) return Status.Breakpoint
  return set(core, word, kind % 4 === 0 ? undefined : 0)
}

function next(core: Core): Status {
  core.pc += 4
  return Status.Running
}
