/** When nobody has looked for so long, our machine or our network was away, and not the broadcaster. */
const gapMs = 60_000

/** How long somebody has been silent while we could have heard him. Unix times in milliseconds. */
export class Silence {
  #sinceMs: number
  #lookedMs: number

  constructor(nowMs: number) {
    this.#sinceMs = nowMs
    this.#lookedMs = nowMs
  }

  /** Something came. */
  break(atMs: number): void {
    if (atMs > this.#sinceMs) this.#sinceMs = atMs
  }

  /** Milliseconds of silence; after a gap between two looks it begins anew. */
  look(nowMs: number): number {
    if (nowMs - this.#lookedMs > gapMs) this.#sinceMs = nowMs
    this.#lookedMs = nowMs
    return nowMs - this.#sinceMs
  }
}
