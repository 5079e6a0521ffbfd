import { memoryBytes } from '../Pages'

/** The linear memory: first the memory of the machine, and then what the translated code and TypeScript share. */
export const registersAt = memoryBytes
/** The address of the next instruction, after the translated code has returned. */
export const pcAt = memoryBytes + 128
/** The number of steps that the translated code may still make. */
export const leftAt = memoryBytes + 132

/** A cache of translated blocks, for jumps whose target the translation does not know: address of the block, place in the table. */
export const cacheAt = memoryBytes + 4096
export const cacheEntries = 2 ** 16

/** One byte for each page of the address space, also beyond the memory. See `Flag`. */
export const flagsAt = memoryBytes + 2 ** 20
export const flagCount = 2 ** 20
export const linearPages = (memoryBytes + 2 ** 21) / 2 ** 16

/** The translated code stores only to pages that are `Changed`. All other stores are made in TypeScript, which then sets the flag. */
export const Flag = { Unchanged: 0, Changed: 1, HasCode: 2 } as const

/** Why the translated code has returned. */
export const Exit = {
  /** The block at `pc` is not in the cache. */
  Unknown: -1,
  /** The instruction at `pc` needs TypeScript, or too few steps are left for its block. */
  Slow: -2,
} as const
