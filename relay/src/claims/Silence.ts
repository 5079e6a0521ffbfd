/** When two measurements are so far apart, our machine or our network was away, and not the broadcaster. */
const maxGapMs = 60_000

/** How long a broadcaster has been silent while we could have heard it. Unix times in milliseconds. */
export class Silence {
  #sinceMs: number
  #measuredMs: number

  constructor(nowMs: number) {
    this.#sinceMs = nowMs
    this.#measuredMs = nowMs
  }

  /** The broadcaster sent something at `atMs`. */
  hear(atMs: number): void {
    if (atMs > this.#sinceMs) this.#sinceMs = atMs
  }

  /** Milliseconds of silence. They count from 0 again after a long gap between two measurements. */
  measure(nowMs: number): number {
    if (nowMs - this.#measuredMs > maxGapMs) this.#sinceMs = nowMs
    this.#measuredMs = nowMs
    return nowMs - this.#sinceMs
  }
}
