import { memoryBytes, type Pages, pageBytes, type State, Status } from '../../src/judge'
import { randomBytes } from '../fuzz'
import { asm, bytesOf } from './assemble'

type Random = (bound: number) => number

const edges = [0, 1, 2, 31, 32, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_ffff, 0xffff_fffe, 0x7fff, 0x8000, 0xffff]
export const randomWord = (random: Random): number => (random(3) === 0 ? pick(random, edges) : random(2 ** 32))
export const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random(items.length)] as Item

const names = Object.keys(asm) as (keyof typeof asm)[]

/** Mostly instructions of RV32IM; sometimes one with a wrong bit, or any word. */
export function randomInstruction(random: Random): number {
  const immediate = () => random(0x1000) - 0x800
  const register = () => random(32)
  const name = pick(random, names)
  const isShift = name === 'slli' || name === 'srli' || name === 'srai'
  const isUpper = name === 'lui' || name === 'auipc'
  const imm = isShift
    ? random(32)
    : isUpper
      ? randomWord(random)
      : name === 'jal'
        ? random(0x400) * 4 - 0x800
        : immediate()
  // Most branches and accesses must be aligned, or else few programs would go on.
  const aligned = !isShift && !isUpper && random(8) > 0 ? imm & ~3 : imm
  const word = asm[name]({ rd: register(), rs1: register(), rs2: register(), imm: aligned })
  const wrong = random(40)
  return wrong === 0 ? random(2 ** 32) : wrong === 1 ? (word ^ (1 << random(32))) >>> 0 : word
}

/** The pages with content: the first and the last of the memory are among them, and two pages that are neighbours. */
const numbers = [0, 1, 5, 6, memoryBytes / pageBytes - 1]

/** A state whose memory has random instructions, and whose registers often point into this memory. */
export function randomState(random: Random, pages: Pages = randomPages(random)): State.State {
  const address = () => pick(random, numbers) * pageBytes + random(pageBytes)
  const registers = Uint32Array.from({ length: 32 }, () => (random(2) === 0 ? address() & ~3 : randomWord(random)))
  registers[0] = 0
  const unusual = [memoryBytes, address() | 1, address() | 2, randomWord(random)]
  return {
    pc: random(50) === 0 ? pick(random, unusual) : address() & ~3,
    ...{ registers, status: random(500) === 0 ? Status.Exited : Status.Running, pages },
  }
}

const randomPages = (random: Random): Pages => new Map(numbers.map((number) => [number, randomPage(random)]))

const randomPage = (random: Random): Uint8Array =>
  random(4) === 0
    ? randomBytes(random, pageBytes)
    : bytesOf(Array.from({ length: pageBytes / 4 }, () => randomInstruction(random)))
