/** The number of answers whose round trips are remembered. */
const maxAnswers = 20
/** The speed is computed from at least this many bytes, because fewer bytes say little about it. */
const measuredBytes = 64 * 1024

/** The measured speed of the line, which is our network connection to the relays. */
export class Line {
  readonly #firstByteMs: number[] = []
  #sum = { bytes: 0, busyMs: 0 }
  #bytesPerMs: number | undefined

  /** `undefined`: not measured yet. */
  get bytesPerMs(): number | undefined {
    return this.#bytesPerMs
  }

  /** The time in which the line was busy with this answer. The round trip does not count, because the line is free in this time. */
  busyMs({ startMs, firstByteMs, endMs }: { startMs: number; firstByteMs?: number; endMs: number }): number {
    const roundTripMs = this.#firstByteMs.length > 0 ? Math.min(...this.#firstByteMs) : 0
    const transferMs = firstByteMs === undefined ? 0 : endMs - firstByteMs
    return Math.max(0, transferMs, endMs - startMs - roundTripMs)
  }

  /** Notes an answer. */
  note(answer: { bytes: number; startMs: number; firstByteMs?: number; endMs: number }): void {
    const { bytes, startMs, firstByteMs } = answer
    if (firstByteMs !== undefined) this.#firstByteMs.push(firstByteMs - startMs)
    if (this.#firstByteMs.length > maxAnswers) this.#firstByteMs.shift()
    const sum = { bytes: this.#sum.bytes + bytes, busyMs: this.#sum.busyMs + this.busyMs(answer) }
    const isEnough = sum.bytes >= measuredBytes
    if (isEnough) this.#bytesPerMs = sum.bytes / Math.max(1, sum.busyMs)
    this.#sum = isEnough ? { bytes: 0, busyMs: 0 } : sum
  }
}
