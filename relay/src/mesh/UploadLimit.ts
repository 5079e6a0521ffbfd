import { Emitter } from './Emitter'
import { TokenBucket } from './TokenBucket'

type Events = {
  /** `bytesPerMs` has changed. */
  change: []
}

/** The largest number of bytes that can be sent in one moment: three pieces, or one `data` message of a whole segment. */
const burstBytes = 48 * 1024
const lookAgainMs = 50

/** The limit on the speed of all our uploads together. At first, there is no limit. */
export class UploadLimit extends Emitter<Events> {
  #bytesPerMs = Number.POSITIVE_INFINITY
  #bucket: TokenBucket | undefined

  get bytesPerMs(): number {
    return this.#bytesPerMs
  }

  /** Whether we send no payloads. */
  get isOff(): boolean {
    return this.#bytesPerMs === 0
  }

  /** `Infinity`: no limit. 0: no uploads. */
  set(bitsPerSecond: number): void {
    const bytesPerMs = bitsPerSecond / 8_000
    if (bytesPerMs === this.#bytesPerMs) return
    this.#bytesPerMs = bytesPerMs
    const isLimited = bytesPerMs > 0 && bytesPerMs < Number.POSITIVE_INFINITY
    this.#bucket = isLimited ? new TokenBucket({ perSecond: bytesPerMs * 1_000, burst: burstBytes }) : undefined
    this.emit('change')
  }

  /**
   * Whether the limit allows us to send `bytes` and `spareBytes` now. If true, `bytes` count as sent, and `spareBytes` do not. Allows at
   * most `burstBytes` in one call.
   */
  take(bytes: number, spareBytes = 0): boolean {
    return !this.isOff && (this.#bucket?.take(bytes, spareBytes) ?? true)
  }

  /** Resolves to true when the limit allows us to send this many bytes, which then count as sent. Resolves to false if uploads are off. */
  async wait(bytes: number): Promise<boolean> {
    while (!this.take(bytes)) {
      if (this.isOff) return false
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs))
    }
    return true
  }
}
