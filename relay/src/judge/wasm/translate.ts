import * as instruction from '../instruction'
import { type Block, targetOf } from './Block'
import { type Code, type Func, op } from './encode'
import { cacheAt, cacheEntries, Exit, Flag, flagsAt, leftAt, pcAt, registersAt } from './layout'
import { compute } from './translateArithmetic'

/** Locals of a function: x1 to x31 in 1 to 31, the steps that are left after the block, and an address. */
const [leftLocal, addressLocal] = [32, 33]
const locals = 34

/**
 * Calls the function at the place of the table that it gets, then the function at the place that this function returns, and so on. Returns
 * the first negative number that a function returns.
 */
export const runner: Func = {
  parameters: 1,
  locals: 0,
  code: [
    ...[...op.loop, ...op.get(0), ...op.callIndirect, ...op.tee(0), ...op.constant(0), ...op.greaterOrEqualSigned],
    ...[...op.branchIf(0), ...op.end, ...op.get(0)],
  ],
}

/** The function of a block. It returns the place of the next block in the table, or an `Exit`. `placeOf` gives the place of a known block. */
export function translate({ start, words }: Block, placeOf: (pc: number) => number | undefined): Func {
  const { length } = words
  /** The registers whose value is in their local. */
  const held = new Set<number>()
  const code: Code = [
    ...[...op.loop, ...op.constant(0), ...op.constant(0), ...op.load(leftAt), ...op.constant(length), ...op.subtract],
    ...[...op.tee(leftLocal), ...op.store(leftAt), ...op.get(leftLocal), ...op.constant(0), ...op.lessSigned],
    ...[...op.if, ...exit(start, length), ...op.end],
  ]

  const register = (index: number): Code => {
    if (index === 0) return op.constant(0)
    if (held.has(index)) return op.get(index)
    held.add(index)
    return [...op.constant(0), ...op.load(registersAt + 4 * index), ...op.tee(index)]
  }
  const set = (index: number, value: Code): Code => {
    if (index === 0) return [...value, ...op.drop]
    held.add(index)
    return [...op.constant(0), ...value, ...op.tee(index), ...op.store(registersAt + 4 * index)]
  }

  for (const [index, word] of words.entries()) code.push(...one(word, start + 4 * index, length - index))
  const last = words.at(-1) as number
  if (!leaves(last)) code.push(...goTo(start + 4 * length, { unmade: 0, depth: 0 }))
  // Each way through the loop has left it before.
  code.push(...op.end, ...op.unreachable)
  return { parameters: 0, locals, code }

  /** The code of one instruction. `unmade`: the number of steps of the block from this instruction on. */
  function one(word: number, pc: number, unmade: number): Code {
    const slow = exit(pc, unmade)
    const rd = instruction.rd(word)
    const kind = instruction.funct3(word)
    switch (instruction.opcodeOf(word)) {
      case instruction.opcode.lui:
        return set(rd, op.constant(instruction.immediateU(word)))
      case instruction.opcode.auipc:
        return set(rd, op.constant(pc + instruction.immediateU(word)))
      case instruction.opcode.jal: {
        const target = targetOf(word, pc) as number
        if (target % 4 !== 0) return slow
        return [...set(rd, op.constant(pc + 4)), ...goTo(target, { unmade: unmade - 1, depth: 0 })]
      }
      case instruction.opcode.jalr:
        if (kind !== 0) return slow
        return [
          ...[...register(instruction.rs1(word)), ...op.constant(instruction.immediateI(word)), ...op.add],
          ...[...op.constant(-2), ...op.and, ...op.tee(addressLocal), ...op.constant(2), ...op.and],
          ...[...op.if, ...slow, ...op.end],
          ...[...set(rd, op.constant(pc + 4)), ...goToAddress(unmade - 1)],
        ]
      case instruction.opcode.branch: {
        const target = targetOf(word, pc) as number
        const compare = comparisons[kind]
        if (!compare) return slow
        const taken = target % 4 === 0 ? goTo(target, { unmade: unmade - 1, depth: 1 }) : slow
        const operands = [...register(instruction.rs1(word)), ...register(instruction.rs2(word))]
        return [...operands, ...compare, ...op.if, ...taken, ...op.end]
      }
      case instruction.opcode.load: {
        const [bytes, load] = [instruction.loadBytes(kind), loads[kind]]
        if (!bytes || !load) return slow
        const address = [...register(instruction.rs1(word)), ...op.constant(instruction.immediateI(word)), ...op.add]
        // The highest bits are 0 in the memory, and the lowest bits are 0 at an address that is aligned.
        const check = [...op.constant(0xe000_0000 | (bytes - 1)), ...op.and, ...op.if, ...slow, ...op.end]
        const value = [...op.get(addressLocal), ...load(0)]
        return [...address, ...op.tee(addressLocal), ...check, ...set(rd, value)]
      }
      case instruction.opcode.store: {
        const [bytes, store] = [instruction.storeBytes(kind), stores[kind]]
        if (!bytes || !store) return slow
        const address = [...register(instruction.rs1(word)), ...op.constant(instruction.immediateS(word)), ...op.add]
        const isAligned = [...op.tee(addressLocal), ...op.constant(bytes - 1), ...op.and]
        const flag = [...op.get(addressLocal), ...op.constant(12), ...op.shiftRight, ...op.load8u(flagsAt)]
        // A page beyond the memory never has the flag.
        const isWritable = [...flag, ...op.constant(Flag.Changed), ...op.xor, ...op.or]
        const check = [...isAligned, ...isWritable, ...op.if, ...slow, ...op.end]
        const value = register(instruction.rs2(word))
        return [...address, ...check, ...op.get(addressLocal), ...value, ...store(0)]
      }
      case instruction.opcode.fence:
        return kind <= 1 ? [] : slow
      case instruction.opcode.system:
        return kind % 4 === 0 ? slow : set(rd, op.constant(0))
      default: {
        const value = compute(word, register)
        return value ? set(rd, value) : slow
      }
    }
  }

  /** Goes to the block at `target`. `depth`: the number of blocks of WebAssembly around this code, inside the loop. */
  function goTo(target: number, { unmade, depth }: { unmade: number; depth: number }): Code {
    if (target === start) return [...restore(unmade), ...op.branch(depth)]
    const place = placeOf(target)
    if (place !== undefined) return [...restore(unmade), ...op.constant(place), ...op.return]
    return [...op.constant(target), ...op.set(addressLocal), ...goToAddress(unmade)]
  }
}

/** Goes to the block at the address in the local, if this block is in the cache. */
function goToAddress(unmade: number): Code {
  // The place in the cache: an entry has 8 bytes, and addresses are multiples of 4.
  const entry = [
    ...op.get(addressLocal),
    ...op.constant(1),
    ...op.shiftLeft,
    ...op.constant(8 * (cacheEntries - 1)),
    ...op.and,
  ]
  return [
    ...restore(unmade),
    ...[...entry, ...op.load(cacheAt), ...op.get(addressLocal), ...op.equal, ...op.if],
    ...[...entry, ...op.load(cacheAt + 4), ...op.return, ...op.end],
    ...[...op.constant(0), ...op.get(addressLocal), ...op.store(pcAt), ...op.constant(Exit.Unknown), ...op.return],
  ]
}

/** The block has counted all its steps at its start. Gives back those that it has not made. */
const restore = (unmade: number): Code =>
  unmade === 0 ? [] : [...op.constant(0), ...op.get(leftLocal), ...op.constant(unmade), ...op.add, ...op.store(leftAt)]

const exit = (pc: number, unmade: number): Code => [
  ...restore(unmade),
  ...[...op.constant(0), ...op.constant(pc), ...op.store(pcAt), ...op.constant(Exit.Slow), ...op.return],
]

/** Whether the code of an instruction never goes on to the next one. */
const leaves = (word: number): boolean =>
  instruction.opcodeOf(word) === instruction.opcode.jal || instruction.opcodeOf(word) === instruction.opcode.jalr

const comparisons: Readonly<Record<number, Code>> = {
  0: [...op.equal],
  1: [...op.notEqual],
  4: [...op.lessSigned],
  5: [...op.greaterOrEqualSigned],
  6: [...op.less],
  7: [...op.greaterOrEqual],
}
const loads: Readonly<Record<number, (offset: number) => Code>> = {
  0: op.load8s,
  1: op.load16s,
  2: op.load,
  4: op.load8u,
  5: op.load16u,
}
const stores: Readonly<Record<number, (offset: number) => Code>> = { 0: op.store8, 1: op.store16, 2: op.store }
