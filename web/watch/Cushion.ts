/** The player plays later when bytes come with less than this time to spare. */
const leastSpareMs = 200
/** How much later at once. It is more than what was missing, because bytes that came late once come late again. */
const stepMs = 400
const mostMs = 3_000
/** Bytes that come together count once, because the first of them is not in the buffer yet when the last comes. */
const againMs = 500
/** How long the player stays later after bytes came late. Then it returns to the usual latency in `returnMs` for each second. */
const holdMs = 3_000
const returnMs = 500

/**
 * How much later than usual the player plays, because bytes come late: the network, other viewers or this machine are under load. Without
 * this, the player would jump to the live edge and stall again and again, and each jump costs more of the machine than playing.
 */
export class Cushion {
  #ms = 0
  #lateMs = Number.NEGATIVE_INFINITY

  /** Bytes arrived when the picture could continue for another `spareMs`. */
  arrived(spareMs: number, nowMs: number): void {
    if (spareMs >= leastSpareMs || nowMs < this.#lateMs + againMs) return
    this.#ms = Math.min(mostMs, this.at(nowMs) + leastSpareMs - spareMs + stepMs)
    this.#lateMs = nowMs
  }

  /** In milliseconds. */
  at(nowMs: number): number {
    const returnedMs = Math.max(0, nowMs - this.#lateMs - holdMs) * (returnMs / 1_000)
    return Math.max(0, this.#ms - returnedMs)
  }
}
