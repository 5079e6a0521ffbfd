/** If more time than this lies between two measurements, our machine or our network was interrupted, not the broadcaster. */
const maxGapMs = 60_000

/** Measures how long a broadcaster has sent nothing while this relay was able to receive. All times are Unix times in milliseconds. */
export class BroadcasterSilence {
  #sinceMs: number
  #measuredMs: number

  constructor(nowMs: number) {
    this.#sinceMs = nowMs
    this.#measuredMs = nowMs
  }

  /** Records that the broadcaster sent something at `atMs`. */
  hear(atMs: number): void {
    if (atMs > this.#sinceMs) this.#sinceMs = atMs
  }

  /** The silence in milliseconds. It starts again at 0 after a gap of more than `maxGapMs` between two measurements. */
  measure(nowMs: number): number {
    if (nowMs - this.#measuredMs > maxGapMs) this.#sinceMs = nowMs
    this.#measuredMs = nowMs
    return nowMs - this.#sinceMs
  }
}
