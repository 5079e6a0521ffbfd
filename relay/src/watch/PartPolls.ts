import type { Hex } from 'viem'
import { pause } from './pause'
import type { SegmentWindow } from './SegmentWindow'

/** Parts last up to half a second, and the first part of a segment takes longer. Honest viewers tell us the next part within this time. */
const silentMs = 1_000
/**
 * If the other viewers were silent, we ask the relay for the parts during this time. After each further silence, the time is twice as long.
 */
const leastDistrustMs = 30_000

/**
 * Decides whether we ask our relay for each part or only for each segment. A stream has several parts in a second, and one relay serves
 * thousands of viewers. So some viewers ask for the parts, and tell them to the other viewers. If no viewer tells us parts, we ask the
 * relay for them.
 */
export class PartPolls {
  readonly #isOurTurn: (streamId: Hex, sequenceNumber: bigint) => boolean
  #distrustMs = leastDistrustMs
  #distrustUntilMs = Number.NEGATIVE_INFINITY
  /** When another viewer last told us a part, or when we began to wait for other viewers. `undefined`: we ask the relay for parts. */
  #toldMs: number | undefined

  /** `isOurTurn`: whether we are one of the viewers that ask for the parts after this segment. */
  constructor(isOurTurn: (streamId: Hex, sequenceNumber: bigint) => boolean) {
    this.#isOurTurn = isOurTurn
  }

  /** Whether we ask for each part of this level. */
  asks(streamId: Hex, { hasParts, last }: Pick<SegmentWindow, 'hasParts' | 'last'>): boolean {
    const nowMs = performance.now()
    const asks = !hasParts || last === undefined || nowMs < this.#distrustUntilMs || this.#isOurTurn(streamId, last)
    this.#toldMs = asks ? undefined : (this.#toldMs ?? nowMs)
    return asks
  }

  /** Another viewer told us a new header. */
  told(): void {
    if (this.#toldMs !== undefined) this.#toldMs = performance.now()
  }

  /**
   * Waits for the answer to `ask` while other viewers tell us parts. `silent`: they told us nothing for too long, so we must ask for parts.
   */
  async whileTold<Answer>(
    signal: AbortSignal,
    ask: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer | 'silent'> {
    const ending = new AbortController()
    const until = AbortSignal.any([signal, ending.signal])
    const silent = this.#untilSilent(until)
    try {
      return await Promise.race([ask(until), silent])
    } finally {
      ending.abort()
      silent.catch(() => undefined)
    }
  }

  async #untilSilent(signal: AbortSignal): Promise<'silent'> {
    for (;;) {
      const nowMs = performance.now()
      this.#toldMs ??= nowMs
      const restMs = this.#toldMs + silentMs - nowMs
      if (restMs > 0) await pause(restMs, signal)
      else {
        this.#distrustUntilMs = nowMs + this.#distrustMs
        this.#distrustMs *= 2
        this.#toldMs = undefined
        return 'silent'
      }
    }
  }
}
