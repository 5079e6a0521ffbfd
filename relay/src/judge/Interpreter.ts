import type { Machine } from './Machine'
import { type Pages, pageBytes, pageCount } from './Pages'
import type { State } from './State'
import { Status } from './Status'
import { type Core, step } from './step'

/** The machine in plain TypeScript: each step is a call of `step`. */
export class Interpreter implements Machine, Core {
  pc = 0
  status: Status = Status.Running
  readonly x = new Uint32Array(32)
  /** The pages of the last state. States share them, so a page is copied before its first change. */
  #pages: Pages = new Map()
  readonly #changed = new Map<number, Uint8Array>()
  readonly #readable = new Array<DataView | undefined>(pageCount)
  readonly #writable = new Array<DataView | undefined>(pageCount)

  constructor(state: State) {
    this.load(state)
  }

  load({ pc, registers, status, pages }: State): void {
    this.pc = pc
    this.x.set(registers)
    this.status = status
    for (const number of [...this.#pages.keys(), ...this.#changed.keys()]) this.#readable[number] = undefined
    for (const number of this.#changed.keys()) this.#writable[number] = undefined
    for (const [number, page] of pages) this.#readable[number] = viewOf(page)
    this.#changed.clear()
    this.#pages = pages
  }

  run(steps: number): number {
    let made = 0
    while (made < steps && this.status === Status.Running) {
      step(this)
      made++
    }
    return made
  }

  state(): State {
    if (this.#changed.size > 0) {
      this.#pages = new Map([...this.#pages, ...this.#changed])
      for (const number of this.#changed.keys()) this.#writable[number] = undefined
      this.#changed.clear()
    }
    return { pc: this.pc, registers: this.x.slice(), status: this.status, pages: this.#pages }
  }

  read(address: number, bytes: 1 | 2 | 4): number {
    const page = this.#readable[address >>> 12]
    if (!page) return 0
    const at = address % pageBytes
    return bytes === 1 ? page.getUint8(at) : bytes === 2 ? page.getUint16(at, true) : page.getUint32(at, true)
  }

  write(address: number, bytes: 1 | 2 | 4, value: number): void {
    const page = this.#writable[address >>> 12] ?? this.#copy(address >>> 12)
    const at = address % pageBytes
    if (bytes === 1) page.setUint8(at, value)
    else if (bytes === 2) page.setUint16(at, value, true)
    else page.setUint32(at, value, true)
  }

  /** Makes a page of the last state writable. */
  #copy(number: number): DataView {
    const page = this.#pages.get(number)?.slice() ?? new Uint8Array(pageBytes)
    const view = viewOf(page)
    this.#changed.set(number, page)
    this.#readable[number] = view
    this.#writable[number] = view
    return view
  }
}

const viewOf = (page: Uint8Array) => new DataView(page.buffer, page.byteOffset, page.byteLength)
