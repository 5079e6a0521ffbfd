/** Allows `perSecond` tokens per second on average, and at most `burst` tokens in one moment. */
export class TokenBucket {
  readonly #perSecond: number
  readonly #burst: number
  readonly #nowMs: () => number
  #tokens: number
  #refilledMs: number

  constructor({
    perSecond,
    burst,
    nowMs = () => performance.now(),
  }: { perSecond: number; burst: number; nowMs?: () => number }) {
    this.#perSecond = perSecond
    this.#burst = burst
    this.#nowMs = nowMs
    this.#tokens = burst
    this.#refilledMs = nowMs()
  }

  /** Takes the tokens and returns true if the bucket then still holds at least `spare` tokens. If not, takes none and returns false. */
  take(tokens: number, spare = 0): boolean {
    const nowMs = this.#nowMs()
    this.#tokens = Math.min(this.#burst, this.#tokens + ((nowMs - this.#refilledMs) / 1000) * this.#perSecond)
    this.#refilledMs = nowMs
    if (this.#tokens < tokens + spare) return false
    this.#tokens -= tokens
    return true
  }
}
