import type { HlsConfig, Loader, LoaderCallbacks, LoaderConfiguration, LoaderContext } from 'hls.js'
import { type News, playlists, type Reading, type Viewer } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import { newLoaderStats } from './loaderStats'

const log = logOf('watch')

/** hls.js needs URLs. No request for these URLs reaches the network: the loader answers each request with data of `Viewer`. */
const base = 'https://viewer.invalid'

export const masterUrl = `${base}/master.m3u8`

export const levelUrl = (level: string) => `${base}/${level}/index.m3u8`

export const segmentUrl = (level: string, sequenceNumber: bigint) => `${base}/${level}/${sequenceNumber}.ts`

/** The name of the level whose playlist is at `url`. */
export const levelOf = (url: string): string => new URL(url).pathname.split('/')[1] ?? ''

/** The sequence number of the segment at `url`. */
export const sequenceNumberOf = (url: URL): bigint => BigInt(url.pathname.split('/').at(-1)?.replace('.ts', '') ?? '')

/** After a 4xx status, hls.js immediately changes to another level. After a 5xx status, hls.js tries again. */
const changeLevelStatus = 410
const retryStatus = 503

/** The status with which hls.js hears of this error: another level can have the right bytes, or the same level can have them later. */
export function statusOf(error: unknown): number {
  const name = error instanceof Error ? error.name : ''
  const isWrong = /^(Segment|SegmentPieces|Part|Viewer)\./.test(name) && name !== 'Viewer.MissingError'
  return isWrong ? changeLevelStatus : retryStatus
}

/** In a shorter time, the bandwidth of the network connection cannot be measured. */
const measuredMs = 700
const measureEveryMs = 200

export type LoaderOptions = {
  /** The time for which the picture can continue without the next segment. */
  spareMs(): number
  /** Called before hls.js gets a playlist. */
  onNews(news: News): void
  /** Called before hls.js gets bytes of a segment. */
  onBytes(): void
  /**
   * Called with the measured bandwidth every `measureEveryMs`, after the network connection has been busy with the open segment for
   * `measuredMs`.
   */
  onRate(bitsPerS: number): void
}

/**
 * A loader class for `config.loader` of hls.js, whose `config.progressive` must be true. The loader makes playlists from verified headers,
 * and `viewer` gives it only bytes that match these headers. hls.js loads the open segment like any other segment, and gets its bytes while
 * the segment grows. So hls.js changes the level only between two segments, where the picture has a key frame.
 */
export function createLoader(viewer: Viewer, { spareMs, onNews, onBytes, onRate }: LoaderOptions): HlsConfig['loader'] {
  /** The loader that reads an open segment, and the level of the segment. */
  let growing: { loader: ViewerLoader; level: string } | undefined
  let followed: string | undefined
  /** The sequence number of the last segment that hls.js has got. */
  let loaded: bigint | undefined

  class ViewerLoader implements Loader<LoaderContext> {
    context: LoaderContext | null = null
    readonly stats = newLoaderStats()
    readonly #aborting = new AbortController()
    #callbacks: LoaderCallbacks<LoaderContext> | undefined
    /** Whether hls.js has got a byte of the segment. */
    #hasGiven = false

    load(context: LoaderContext, { loadPolicy }: LoaderConfiguration, callbacks: LoaderCallbacks<LoaderContext>): void {
      this.context = context
      this.#callbacks = callbacks
      this.stats.loading.start = performance.now()
      const url = new URL(context.url)
      const file = url.pathname.split('/').at(-1) ?? ''
      const read = file.endsWith('.m3u8') ? this.#playlist(url) : this.#segment(url, loadPolicy.maxLoadTimeMs)
      read.then(
        (data) => this.#callbacks?.onSuccess({ url: context.url, data, code: 200 }, this.stats, context, null),
        (error: unknown) => this.#fail(error, context),
      )
    }

    abort(): void {
      this.stats.aborted = true
      this.#aborting.abort()
      const { context } = this
      if (context) this.#callbacks?.onAbort?.(this.stats, context, null)
    }

    /**
     * The player plays another level now. Without a byte of the segment, hls.js can ignore an abort that it has not asked for, and would wait for
     * the segment for ever. After an error, hls.js loads again.
     */
    giveUp(): void {
      const { context } = this
      const error = { code: retryStatus, text: 'The player has changed the level.' }
      if (this.#hasGiven) this.abort()
      else if (context) {
        this.#aborting.abort()
        this.#callbacks?.onError(error, context, null, this.stats)
      }
    }

    destroy(): void {
      this.#callbacks = undefined
      this.#aborting.abort()
      this.context = null
    }

    async #playlist(url: URL): Promise<string> {
      const text = url.href === masterUrl ? this.#master() : await this.#media(url)
      const { loading } = this.stats
      // A request for a playlist can wait for a new segment. hls.js must not count this time as a slow network.
      loading.first = loading.end = performance.now()
      this.stats.loaded = this.stats.total = text.length
      return text
    }

    #master(): string {
      const { levels } = viewer.getSnapshot()
      return playlists.master({ levels, entriesOf: (level) => viewer.entries(level), uriOf: levelUrl })
    }

    async #media(url: URL): Promise<string> {
      const level = levelOf(url.href)
      const awaited = url.searchParams.get('_HLS_msn')
      const isChange = followed !== undefined && level !== followed
      followed = level
      // If the playlist of the new level ended with the segment that hls.js has loaded, hls.js would load this segment again.
      const after = awaited === null ? (isChange ? loaded : undefined) : BigInt(awaited) - 1n
      // `viewer` follows one level, so it gets no more parts of the previous level.
      if (growing && growing.level !== level) growing.loader.giveUp()
      const news = await viewer.news({ level, after, signal: this.#aborting.signal })
      onNews(news)
      return playlists.media(news, (sequenceNumber) => segmentUrl(level, sequenceNumber))
    }

    async #segment(url: URL, timeoutMs: number): Promise<ArrayBuffer> {
      const level = levelOf(url.href)
      const sequenceNumber = sequenceNumberOf(url)
      const open = { level, sequenceNumber, spareMs: spareMs(), signal: this.#aborting.signal }
      const reading = viewer.read(open)
      if (reading) await this.#grow(reading, level)
      else await this.#whole({ level, sequenceNumber, timeoutMs })
      loaded = sequenceNumber
      // hls.js gets the bytes only through `onProgress`.
      return new ArrayBuffer(0)
    }

    async #whole({
      level,
      sequenceNumber,
      timeoutMs,
    }: {
      level: string
      sequenceNumber: bigint
      timeoutMs: number
    }): Promise<void> {
      const { stats } = this
      const signal = AbortSignal.any([this.#aborting.signal, AbortSignal.timeout(timeoutMs)])
      const body = await viewer.payload({
        level,
        sequenceNumber,
        spareMs: spareMs(),
        signal,
        onProgress({ loadedBytes, totalBytes, startMs, firstByteMs }) {
          Object.assign(stats, { loaded: loadedBytes, total: totalBytes })
          Object.assign(stats.loading, { start: startMs, first: firstByteMs })
        },
      })
      stats.loaded = stats.total = body.loadedBytes
      // These are the times of the answer with the segment. The times of failed requests do not show the bandwidth.
      Object.assign(stats.loading, { start: body.startMs, first: body.firstByteMs, end: body.endMs })
      this.#give(body.data)
    }

    async #grow(reading: Reading, level: string): Promise<void> {
      const { stats } = this
      const { transfer } = reading
      growing = { loader: this, level }
      // hls.js computes the bandwidth from these times, so the time in which we wait for the camera must not count.
      const startMs = { get: () => performance.now() - transfer.busyMs, configurable: true }
      Object.defineProperties(stats.loading, { start: startMs, first: startMs })
      Object.defineProperty(stats, 'loaded', { get: () => transfer.loadedBytes, configurable: true })
      const measuring = setInterval(() => {
        if (transfer.busyMs >= measuredMs) onRate((8_000 * transfer.loadedBytes) / transfer.busyMs)
      }, measureEveryMs)
      try {
        for await (const data of reading.chunks()) this.#give(data)
      } finally {
        clearInterval(measuring)
        if (growing?.loader === this) growing = undefined
      }
      const endMs = performance.now()
      const start = { value: endMs - transfer.busyMs }
      Object.defineProperties(stats.loading, { start, first: start, end: { value: endMs } })
      Object.defineProperties(stats, {
        loaded: { value: transfer.loadedBytes },
        total: { value: transfer.loadedBytes },
      })
    }

    #give(data: Uint8Array<ArrayBuffer>): void {
      const { context } = this
      this.#hasGiven = true
      onBytes()
      if (context) this.#callbacks?.onProgress?.(this.stats, context, data.buffer, null)
    }

    #fail(error: unknown, context: LoaderContext): void {
      if (this.#aborting.signal.aborted) return
      if (error instanceof DOMException && error.name === 'TimeoutError') {
        this.#callbacks?.onTimeout(this.stats, context, null)
        return
      }
      log.debug('not loaded', () => ({ path: new URL(context.url).pathname, error }))
      const text = error instanceof Error ? error.message : `${error}`
      this.#callbacks?.onError({ code: statusOf(error), text }, context, null, this.stats)
    }
  }
  return ViewerLoader
}
