/** The media time at the start of a new stream. It is not 0, because no timestamp may be negative. */
const firstMs = 1_000

/**
 * Converts the media time of a stream to Unix time, because viewers measure the latency with Unix time. After a reload of the page, media
 * time goes on, so a player sees a pause of the stream and not a jump back. All times in milliseconds.
 */
export class MediaTime {
  /** The media time at the start of the capture. */
  readonly startMs: number
  #startedAtMs: number

  /** `zeroMs`: the Unix time of the media time 0 before the reload. Undefined: the stream is new. */
  constructor(zeroMs: number | undefined) {
    this.#startedAtMs = Date.now()
    this.startMs = zeroMs === undefined ? firstMs : Math.max(firstMs, Math.round(this.#startedAtMs - zeroMs))
  }

  /** The capture has started: `startedAtMs` is the Unix time of `startMs`. */
  started({ startedAtMs }: { startedAtMs: number }): void {
    this.#startedAtMs = startedAtMs
  }

  /** The Unix time of the media time 0. */
  get zeroMs(): number {
    return this.#startedAtMs - this.startMs
  }
}
