/** Before anything was measured: rather too long. */
const firstMs = 600
/** Connections that were kept open can be deceptively fast. */
const leastMs = 150
const remembered = 5

/** How long the gateway took for the last few segments. */
export class GatewayTimes {
  #times: readonly number[] = [firstMs]

  add(tookMs: number): void {
    this.#times = [...this.#times, tookMs].slice(-remembered)
  }

  /** What to reckon with: a deadline is no place for averages. */
  get slowestMs(): number {
    return Math.max(leastMs, ...this.#times)
  }
}
