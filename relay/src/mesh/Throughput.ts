/** Weight of the newest sample in the mean. */
const newestWeight = 0.5
/** A measurement that is older than this is ignored. The schedule then tries a slow peer again. */
const memoryMs = 20_000

/** How fast a peer answers, measured from the request to the last byte. */
export class Throughput {
  #bytesPerMs: number | undefined
  #sampledMs = Number.NEGATIVE_INFINITY

  /** Bytes per millisecond. `undefined`: no measurement in the last 20 s. */
  at(nowMs: number): number | undefined {
    return nowMs - this.#sampledMs > memoryMs ? undefined : this.#bytesPerMs
  }

  sample({ bytes, elapsedMs, nowMs }: { bytes: number; elapsedMs: number; nowMs: number }): void {
    const sample = bytes / Math.max(1, elapsedMs)
    const before = this.at(nowMs)
    this.#bytesPerMs = before === undefined ? sample : before + newestWeight * (sample - before)
    this.#sampledMs = nowMs
  }
}
