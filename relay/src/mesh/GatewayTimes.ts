/** Assumed before the first measurement. Too long: we ask the gateway too early. Too short: a segment is late. */
const initialMs = 600
/** Lower bound. A fast answer over an open connection says little: the next request may have to open a connection first. */
const minMs = 150
const maxSamples = 5

/** How long the gateway took for each of its last five answers. */
export class GatewayTimes {
  #samplesMs: readonly number[] = [initialMs]

  add(tookMs: number): void {
    this.#samplesMs = [...this.#samplesMs, tookMs].slice(-maxSamples)
  }

  /** The schedule plans with the slowest of these answers, because an answer that is slower than the average would be late. */
  get slowestMs(): number {
    return Math.max(minMs, ...this.#samplesMs)
  }
}
