/** The newest sample counts so much. */
const newest = 0.5
/** What was measured longer ago says nothing about now: whoever was slow gets another chance. */
const memoryMs = 20_000

/** How fast a peer answers, from the request to the last byte. */
export class Throughput {
  #bytesPerMs: number | undefined
  #sampledMs = Number.NEGATIVE_INFINITY

  /** `undefined` when nothing was measured lately. */
  at(nowMs: number): number | undefined {
    return nowMs - this.#sampledMs > memoryMs ? undefined : this.#bytesPerMs
  }

  sample({ bytes, elapsedMs, nowMs }: { bytes: number; elapsedMs: number; nowMs: number }): void {
    const sample = bytes / Math.max(1, elapsedMs)
    const before = this.at(nowMs)
    this.#bytesPerMs = before === undefined ? sample : before + newest * (sample - before)
    this.#sampledMs = nowMs
  }
}
