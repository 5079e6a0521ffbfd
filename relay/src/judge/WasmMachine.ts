import type { Machine } from './Machine'
import { memoryBytes, type Page, type Pages, pageBytes } from './Pages'
import type { State } from './State'
import { Status } from './Status'
import { type Core, step } from './step'
import { blocksFrom } from './wasm/Block'
import { type Func, moduleOf } from './wasm/encode'
import {
  cacheAt,
  cacheEntries,
  Exit,
  Flag,
  flagCount,
  flagsAt,
  leftAt,
  linearPages,
  pcAt,
  registersAt,
} from './wasm/layout'
import { runner, translate } from './wasm/translate'

/** The number of instructions that are translated together. Code that never runs is not worth translating. */
const translatedTogether = 2_000
/** After an instruction that the translated code cannot make, at most so many instructions are made in TypeScript before a translation. */
const slowSteps = 64
/** A program that changes its own code again and again is not translated any more. */
const maxRewrites = 100
/** The translated code counts in 32 bits. */
const maxBudget = 2 ** 30

/**
 * Translates the program to WebAssembly, while it runs, block by block. Traps, system instructions, and the first store to a page after
 * `state` are left to `step`, so the translated code has no such cases.
 */
export class WasmMachine implements Machine, Core {
  pc = 0
  status: Status = Status.Running
  readonly x: Uint32Array
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #flags: Uint8Array
  readonly #memory = new WebAssembly.Memory({ initial: linearPages, maximum: linearPages })
  readonly #table = new WebAssembly.Table({ element: 'anyfunc', initial: 1 })
  /** The number of places in the table that are or were in use. Place 0 stays empty. */
  #filled = 1
  readonly #runFrom: (place: number) => number
  /** The translated blocks: address → place in the table. */
  readonly #places = new Map<number, number>()
  /** The addresses of all translated instructions. */
  readonly #translated = new Set<number>()
  #rewrites = 0
  /** The pages of the last state, and the numbers of the pages that changed since. */
  #pages: Pages = new Map()
  readonly #changed = new Set<number>()

  constructor(state: State) {
    const { buffer } = this.#memory
    this.#bytes = new Uint8Array(buffer)
    this.#view = new DataView(buffer)
    this.#flags = new Uint8Array(buffer, flagsAt, flagCount)
    this.x = new Uint32Array(buffer, registersAt, 32)
    const [run] = this.#instantiate({ functions: [runner], callsTable: true })
    this.#runFrom = run as (place: number) => number
    this.#forgetBlocks()
    this.load(state)
  }

  load({ pc, registers, status, pages }: State): void {
    let hasOtherCode = false
    for (const number of new Set([...this.#pages.keys(), ...pages.keys(), ...this.#changed])) {
      const page = pages.get(number)
      if (page === this.#pages.get(number) && !this.#changed.has(number)) continue
      hasOtherCode ||= this.#flags[number] === Flag.HasCode && !this.#hasPage(number, page)
      if (page) this.#bytes.set(page, number * pageBytes)
      else this.#bytes.fill(0, number * pageBytes, (number + 1) * pageBytes)
    }
    this.#pages = pages
    this.#settle()
    if (hasOtherCode) this.#forgetBlocks()
    this.#rewrites = 0
    this.pc = pc
    this.x.set(registers)
    this.status = status
  }

  state(): State {
    if (this.#changed.size > 0) {
      const pages = new Map(this.#pages)
      for (const number of this.#changed)
        pages.set(number, this.#bytes.slice(number * pageBytes, (number + 1) * pageBytes))
      this.#pages = pages
      this.#settle()
    }
    return { pc: this.pc, registers: this.x.slice(), status: this.status, pages: this.#pages }
  }

  run(steps: number): number {
    let made = 0
    while (made < steps && this.status === Status.Running) {
      const place = this.#placeOf(this.pc)
      if (place !== undefined) {
        const budget = Math.min(steps - made, maxBudget)
        this.#view.setInt32(leftAt, budget, true)
        const exit = this.#runFrom(place)
        made += budget - this.#view.getInt32(leftAt, true)
        this.pc = this.#view.getUint32(pcAt, true)
        if (exit === Exit.Unknown) continue
      }
      made += this.#runSlowly(Math.min(steps - made, slowSteps))
    }
    return made
  }

  /** Makes steps in TypeScript until the next translated block. */
  #runSlowly(steps: number): number {
    let made = 0
    while (made < steps && this.status === Status.Running) {
      step(this)
      made++
      if (this.#places.has(this.pc)) break
    }
    return made
  }

  read(address: number, bytes: 1 | 2 | 4): number {
    if (bytes === 1) return this.#view.getUint8(address)
    return bytes === 2 ? this.#view.getUint16(address, true) : this.#view.getUint32(address, true)
  }

  write(address: number, bytes: 1 | 2 | 4, value: number): void {
    const number = address >>> 12
    this.#changed.add(number)
    if (this.#translated.has(address & ~3)) {
      this.#forgetBlocks()
      this.#rewrites++
    }
    if (this.#flags[number] === Flag.Unchanged) this.#flags[number] = Flag.Changed
    if (bytes === 1) this.#view.setUint8(address, value)
    else if (bytes === 2) this.#view.setUint16(address, value, true)
    else this.#view.setUint32(address, value, true)
  }

  /** The place of the block at `pc`. Undefined if this block cannot be translated. */
  #placeOf(pc: number): number | undefined {
    if (!this.#places.has(pc)) this.#translate(pc)
    const place = this.#places.get(pc)
    if (place === undefined) return undefined
    const entry = cacheAt + 8 * ((pc >>> 2) % cacheEntries)
    this.#view.setUint32(entry, pc, true)
    this.#view.setUint32(entry + 4, place, true)
    return place
  }

  #translate(start: number): void {
    if (start % 4 !== 0 || this.#rewrites > maxRewrites) return
    const read = (pc: number) => (pc < memoryBytes ? this.read(pc, 4) : undefined)
    const isKnown = (pc: number) => this.#places.has(pc)
    const blocks = blocksFrom(start, { read, isKnown, limit: translatedTogether })
    if (blocks.length === 0) return
    const from = this.#filled
    this.#filled += blocks.length
    if (this.#filled > this.#table.length) this.#table.grow(2 * this.#filled - this.#table.length)
    for (const [index, block] of blocks.entries()) {
      this.#places.set(block.start, from + index)
      for (let pc = block.start; pc < block.start + 4 * block.words.length; pc += 4) {
        this.#translated.add(pc)
        this.#flags[pc >>> 12] = Flag.HasCode
      }
    }
    const functions = blocks.map((block) => translate(block, (pc) => this.#places.get(pc)))
    for (const [index, made] of this.#instantiate({ functions }).entries()) this.#table.set(from + index, made)
  }

  #instantiate(content: { functions: readonly Func[]; callsTable?: boolean }): WebAssembly.ExportValue[] {
    const env = { memory: this.#memory, table: this.#table }
    const module = new WebAssembly.Module(moduleOf({ ...content, memoryPages: linearPages }))
    const { exports } = new WebAssembly.Instance(module, { env })
    return content.functions.map((_, index) => exports[index] as WebAssembly.ExportValue)
  }

  #forgetBlocks(): void {
    for (const place of this.#places.values()) this.#table.set(place, null)
    for (const pc of this.#translated) {
      const number = pc >>> 12
      this.#flags[number] = this.#changed.has(number) ? Flag.Changed : Flag.Unchanged
    }
    this.#places.clear()
    this.#translated.clear()
    // No address of an instruction is odd.
    this.#bytes.fill(0xff, cacheAt, cacheAt + 8 * cacheEntries)
  }

  /** The memory is as in `#pages`. */
  #settle(): void {
    for (const number of this.#changed) if (this.#flags[number] === Flag.Changed) this.#flags[number] = Flag.Unchanged
    this.#changed.clear()
  }

  #hasPage(number: number, page: Page | undefined): boolean {
    const start = number * pageBytes
    for (let at = 0; at < pageBytes; at++) if (this.#bytes[start + at] !== (page?.[at] ?? 0)) return false
    return true
  }
}
