/** Assumed before the first measurement. Too long is safer than too short. */
const initialMs = 600
/** A connection that is already open can make one answer faster than the next one will be. */
const minMs = 150
const maxSamples = 5

/** How long the gateway took for each of the last few segments. */
export class GatewayTimes {
  #samplesMs: readonly number[] = [initialMs]

  add(tookMs: number): void {
    this.#samplesMs = [...this.#samplesMs, tookMs].slice(-maxSamples)
  }

  /** The schedule plans with the slowest of these answers: an average would be too short for a deadline. */
  get slowestMs(): number {
    return Math.max(minMs, ...this.#samplesMs)
  }
}
