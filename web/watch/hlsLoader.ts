import type { HlsConfig, Loader, LoaderCallbacks, LoaderConfiguration, LoaderContext, LoaderStats } from 'hls.js'
import { playlists, type Viewer } from 'lp-relay'
import { logOf } from 'lp-relay/log'

const log = logOf('watch')

/** hls.js needs URLs. No request for these URLs reaches the network: the loader answers each request with data of `Viewer`. */
const base = 'https://viewer.invalid'

export const masterUrl = `${base}/master.m3u8`

const levelUrl = (level: string) => `${base}/${level}/index.m3u8`

/** The name of the level whose playlist is at `url`. */
export const levelOf = (url: string): string => new URL(url).pathname.split('/')[1] ?? ''

/** After a 4xx status, hls.js immediately changes to another level. After a 5xx status, hls.js tries again. */
const changeLevelStatus = 410
const retryStatus = 503

/**
 * A loader class for `config.loader` of hls.js. The loader makes playlists from verified headers, and checks segments
 * against these headers. `spareMs` is the time for which the picture can continue without the next segment.
 */
export const createLoader = (viewer: Viewer, spareMs: () => number): HlsConfig['loader'] =>
  class ViewerLoader implements Loader<LoaderContext> {
    context: LoaderContext | null = null
    readonly stats: LoaderStats = {
      ...{ aborted: false, loaded: 0, retry: 0, total: 0, chunkCount: 0, bwEstimate: 0 },
      loading: { start: 0, first: 0, end: 0 },
      parsing: { start: 0, end: 0 },
      buffering: { start: 0, first: 0, end: 0 },
    }
    readonly #aborting = new AbortController()
    #callbacks: LoaderCallbacks<LoaderContext> | undefined

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
      const after = awaited === null ? undefined : BigInt(awaited) - 1n
      const news = await viewer.news({ level, after, signal: this.#aborting.signal })
      return playlists.media(news, (sequenceNumber) => `${base}/${level}/${sequenceNumber}.ts`)
    }

    async #segment(url: URL, timeoutMs: number): Promise<ArrayBuffer> {
      const { stats } = this
      const level = levelOf(url.href)
      const sequenceNumber = BigInt(url.pathname.split('/').at(-1)?.replace('.ts', '') ?? '')
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
      // These are the times of the source that succeeded. The times of failed sources do not show the bandwidth.
      Object.assign(stats.loading, { start: body.startMs, first: body.firstByteMs, end: body.endMs })
      return body.data.buffer
    }

    #fail(error: unknown, context: LoaderContext): void {
      if (this.#aborting.signal.aborted) return
      if (error instanceof DOMException && error.name === 'TimeoutError') {
        this.#callbacks?.onTimeout(this.stats, context, null)
        return
      }
      log.debug('not loaded', () => ({ path: new URL(context.url).pathname, error }))
      const { name, message } = error instanceof Error ? error : { name: '', message: `${error}` }
      const code = /^(Segment|Viewer)\./.test(name) && name !== 'Viewer.MissingError' ? changeLevelStatus : retryStatus
      this.#callbacks?.onError({ code, text: message }, context, null, this.stats)
    }
  }
