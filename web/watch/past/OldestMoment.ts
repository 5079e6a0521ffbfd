import { maxPastMs, sourceName, type Viewer } from 'lp-relay'
import { logOf } from 'lp-relay/log'

const log = logOf('watch')

/** The relay deletes old segments, so the page asks again after this time. */
const askEveryMs = 60_000

/** The oldest moment to which a person can seek back: what the relay still holds, but at most an hour. */
export class OldestMoment {
  readonly #viewer: Pick<Viewer, 'past'>
  readonly #newestMs: () => number
  readonly #signal: AbortSignal
  #heldMs: number | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `newestMs`: the capture time of the newest segment. */
  constructor(viewer: Pick<Viewer, 'past'>, options: { newestMs(): number; signal: AbortSignal }) {
    this.#viewer = viewer
    this.#newestMs = options.newestMs
    this.#signal = options.signal
    this.#signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true })
  }

  /** A capture time. Undefined while it is not known, and if nobody can seek back. */
  get ms(): number | undefined {
    return this.#heldMs === undefined ? undefined : Math.max(this.#heldMs, this.#newestMs() - maxPastMs)
  }

  /** Asks the relay, now and from time to time. */
  async ask(): Promise<void> {
    const { past } = this.#viewer
    if (!past.isAllowed || this.#signal.aborted) return
    clearTimeout(this.#timer)
    const from = { sinceMs: this.#newestMs() - maxPastMs }
    try {
      const [oldest] = await past.entries(sourceName, { from, limit: 1, signal: this.#signal })
      this.#heldMs = oldest && Number(oldest.publication.startTimeMs)
    } catch (error) {
      // The stream can play without its past.
      log.debug('the relay does not say which segments it holds', () => ({ error }))
    }
    if (!this.#signal.aborted) this.#timer = setTimeout(() => this.ask(), askEveryMs)
  }
}
