import * as instruction from '../instruction'

/** Instructions that follow each other in the memory, from an address that a jump goes to. Only the last one always leaves the block. */
export type Block = { start: number; words: readonly number[] }

/** A longer block would need more steps to be left, or else the slow way. */
const maxWords = 64

/** Where a jump or a branch goes to, if the instruction alone says so. */
export function targetOf(word: number, pc: number): number | undefined {
  const opcode = instruction.opcodeOf(word)
  if (opcode === instruction.opcode.jal) return (pc + instruction.immediateJ(word)) >>> 0
  if (opcode === instruction.opcode.branch) return (pc + instruction.immediateB(word)) >>> 0
  return undefined
}

const isJump = (word: number) =>
  instruction.opcodeOf(word) === instruction.opcode.jal || instruction.opcodeOf(word) === instruction.opcode.jalr

const opcodes = new Set<number>(Object.values(instruction.opcode))

/** Whether the machine halts at this word. A block never contains such a word: data behind the code would be translated too. */
const isHalt = (word: number) =>
  word === instruction.ecall || word === instruction.ebreak || !opcodes.has(instruction.opcodeOf(word))

/**
 * The blocks that can be reached from `start` without the blocks that are known already, about `limit` instructions at most. `read` gives the
 * word at an address, and undefined beyond the memory.
 */
export function blocksFrom(
  start: number,
  {
    read,
    isKnown,
    limit,
  }: { read: (pc: number) => number | undefined; isKnown: (pc: number) => boolean; limit: number },
): Block[] {
  const starts = new Set([start])
  const ends = new Map<number, number>()
  let count = 0
  // A set also yields the items that are added meanwhile.
  for (const from of starts) {
    if (count >= limit) break
    let pc = from
    for (; pc < from + 4 * maxWords; pc += 4) {
      const word = read(pc)
      if (word === undefined || isHalt(word)) break
      count++
      const target = targetOf(word, pc)
      if (target !== undefined && target % 4 === 0 && !isKnown(target)) starts.add(target)
      if (!isJump(word)) continue
      // A call returns to the next instruction.
      if (instruction.rd(word) !== 0 && !isKnown(pc + 4)) starts.add(pc + 4)
      pc += 4
      break
    }
    ends.set(from, pc)
    if (pc === from + 4 * maxWords && !isKnown(pc)) starts.add(pc)
  }
  return [...ends].flatMap(([from, end]) => {
    const words: number[] = []
    for (let pc = from; pc < end && (pc === from || !(ends.has(pc) || isKnown(pc))); pc += 4)
      words.push(read(pc) as number)
    return words.length > 0 ? [{ start: from, words }] : []
  })
}
