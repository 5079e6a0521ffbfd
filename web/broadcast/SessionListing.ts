import { StreamListing } from '@lp/contracts/protocol'
import { type Publishing, StreamDirectory } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import type { PostedJob } from './postJob'

const log = logOf('broadcast')

type SessionListingOptions = Pick<PostedJob, 'jobId' | 'streamId' | 'streamKey' | 'broadcast'> & {
  publisher: Pick<Publishing['publisher'], 'list'>
  /** Unix time. */
  startedAtMs: number
  /** Aborts at the end of the stream. */
  signal: AbortSignal
}

/** Least time between two wishes. A relay takes at most one wish a second. */
const pauseMs = 1_500

/** Asks the transcoder to show a live stream to everybody. Repeats the wish, so that nobody can show the stream long after its end. */
export class SessionListing {
  readonly #options: SessionListingOptions
  #isListed = false
  #toldAtMs = Number.NEGATIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: SessionListingOptions) {
    this.#options = options
    options.signal.addEventListener('abort', () => clearTimeout(this.#timer))
  }

  set(isListed: boolean): void {
    this.#isListed = isListed
    const isKnown = this.#timer !== undefined
    // A relay shows only streams that have asked for it.
    if (isListed || isKnown) this.#tellAfter(Math.max(0, this.#toldAtMs + pauseMs - performance.now()))
  }

  #tellAfter(ms: number) {
    clearTimeout(this.#timer)
    if (!this.#options.signal.aborted) this.#timer = setTimeout(() => void this.#tell(), ms)
  }

  async #tell(): Promise<void> {
    const { jobId, streamId, streamKey, broadcast, publisher, startedAtMs } = this.#options
    const isListed = this.#isListed
    this.#toldAtMs = performance.now()
    if (isListed) this.#tellAfter(StreamListing.repeatMs)
    const nowMs = Date.now()
    const times = { startedAtMs: BigInt(Math.min(startedAtMs, nowMs)), signedAtMs: BigInt(nowMs) }
    try {
      const domain = StreamDirectory.domainOf(broadcast.chainId)
      publisher.list(await StreamListing.sign({ jobId, streamId, isListed, ...times }, streamKey, domain))
    } catch (error) {
      log.fault(error as Error)
    }
  }
}
