/** If bytes come when the picture can continue for less than this time, the player adds latency. */
const leastSpareMs = 200
/** In addition to the missing time, the player adds this time, because the next bytes often come late, too. */
const stepMs = 400
const mostMs = 3_000
/** For this time after late bytes, further late bytes add no latency, because bytes that arrive are not in the buffer immediately. */
const againMs = 500
/** The extra latency stays for this time after late bytes. After this time, it decreases by `returnMs` in each second. */
const holdMs = 3_000
const returnMs = 500

/**
 * The latency that the player adds to its usual latency when bytes come late. Bytes come late when the network, other viewers or this
 * machine are under load. Without the extra latency, the player would jump to the live edge and stall again and again. A jump costs more
 * CPU time than playing.
 */
export class ExtraLatency {
  #ms = 0
  #lateMs = Number.NEGATIVE_INFINITY

  /** Call this when bytes arrive. `spareMs`: the time for which the picture could continue without these bytes. */
  arrived(spareMs: number, nowMs: number): void {
    if (spareMs >= leastSpareMs || nowMs < this.#lateMs + againMs) return
    this.#ms = Math.min(mostMs, this.at(nowMs) + leastSpareMs - spareMs + stepMs)
    this.#lateMs = nowMs
  }

  /** The extra latency at this time, in milliseconds. */
  at(nowMs: number): number {
    const returnedMs = Math.max(0, nowMs - this.#lateMs - holdMs) * (returnMs / 1_000)
    return Math.max(0, this.#ms - returnedMs)
  }
}
