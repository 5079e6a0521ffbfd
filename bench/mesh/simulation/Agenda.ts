/** Calls functions in the order of their times. Times are milliseconds, and are rounded up to whole milliseconds. */
export class Agenda {
  nowMs = 0
  /** A slot for each millisecond: adding and taking an entry takes constant time, also with a million entries. */
  readonly #slots = new Map<number, (() => void)[]>()

  at(timeMs: number, action: () => void): void {
    const slotMs = Math.max(Math.ceil(timeMs), this.nowMs)
    const slot = this.#slots.get(slotMs)
    if (slot) slot.push(action)
    else this.#slots.set(slotMs, [action])
  }

  /** Advances the clock to `endMs`. */
  run(endMs: number): void {
    for (; this.nowMs < endMs; this.nowMs++) {
      const slot = this.#slots.get(this.nowMs)
      if (!slot) continue
      // An action can add actions to the present slot.
      for (let index = 0; index < slot.length; index++) (slot[index] as () => void)()
      this.#slots.delete(this.nowMs)
    }
  }
}
