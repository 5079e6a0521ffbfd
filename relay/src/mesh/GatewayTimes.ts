/**
 * Until the gateway has answered five times, we assume at least this answer time. If the gateway is faster, we ask it earlier than
 * necessary. If it is slower, a segment can be late.
 */
const initialMs = 600
/**
 * The shortest answer time that we assume. A fast answer over an open connection proves little: the next request may have to open
 * a connection first.
 */
const minMs = 150
const maxSamples = 5

/** How long the gateway took for each of its last five answers. */
export class GatewayTimes {
  #samplesMs: readonly number[] = [initialMs]

  add(tookMs: number): void {
    this.#samplesMs = [...this.#samplesMs, tookMs].slice(-maxSamples)
  }

  /** The schedule plans with the slowest of the last five answers. With the average, each answer slower than the average would be late. */
  get slowestMs(): number {
    return Math.max(minMs, ...this.#samplesMs)
  }
}
