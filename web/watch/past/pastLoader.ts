import type { HlsConfig, Loader, LoaderCallbacks, LoaderConfiguration, LoaderContext } from 'hls.js'
import { type PastSegments, playlists, type Viewer } from 'lp-relay'
import { levelOf, levelUrl, masterUrl, segmentUrl, sequenceNumberOf, statusOf } from '../hlsLoader'
import { newLoaderStats } from '../loaderStats'

/** The playlists have segments for at least this time after the picture, if these segments exist. */
const aheadMs = 40_000
/** While the picture has enough segments, or while the relay has no newer segment, the loader looks again after this time. */
const lookEveryMs = 500

export type PastLoaderOptions = {
  viewer: Pick<Viewer, 'getSnapshot' | 'entries' | 'past'>
  segments: PastSegments
  /** The moment at which the player starts. */
  fromMs: number
  /** The capture time of the picture on screen. Undefined before the first picture. */
  shownMs(): number | undefined
}

/**
 * A loader class for `config.loader` of hls.js, for past segments. A playlist grows with the picture: hls.js asks for a playlist with the
 * next segment, and the loader answers when the picture needs this segment. So a paused picture loads nothing.
 */
export function createPastLoader({ viewer, segments, fromMs, shownMs }: PastLoaderOptions): HlsConfig['loader'] {
  return class PastLoader implements Loader<LoaderContext> {
    context: LoaderContext | null = null
    readonly stats = newLoaderStats()
    readonly #aborting = new AbortController()
    #callbacks: LoaderCallbacks<LoaderContext> | undefined

    load(context: LoaderContext, { loadPolicy }: LoaderConfiguration, callbacks: LoaderCallbacks<LoaderContext>): void {
      this.context = context
      this.#callbacks = callbacks
      this.stats.loading.start = performance.now()
      const url = new URL(context.url)
      const read = url.pathname.endsWith('.m3u8') ? this.#playlist(url) : this.#segment(url, loadPolicy.maxLoadTimeMs)
      read.then(
        (data) => this.#callbacks?.onSuccess({ url: context.url, data, code: 200 }, this.stats, context, null),
        (error: unknown) => {
          const failure = { code: statusOf(error), text: `${error}` }
          if (!this.#aborting.signal.aborted) this.#callbacks?.onError(failure, context, null, this.stats)
        },
      )
    }

    abort(): void {
      this.stats.aborted = true
      this.#aborting.abort()
      if (this.context) this.#callbacks?.onAbort?.(this.stats, this.context, null)
    }

    destroy(): void {
      this.#callbacks = undefined
      this.#aborting.abort()
      this.context = null
    }

    async #playlist(url: URL): Promise<string> {
      const text = url.href === masterUrl ? this.#master() : await this.#media(url)
      const { loading } = this.stats
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
      const awaited = BigInt(url.searchParams.get('_HLS_msn') ?? '-1')
      const { signal } = this.#aborting
      for (;;) {
        // First, because segments that come later than this are in the answer of the relay.
        const hasEnded = viewer.getSnapshot().state === 'ended'
        const isEnough = this.#endMs(level) > (shownMs() ?? fromMs) + aheadMs
        const isNew = !isEnough && (await segments.more(level, { shownMs: shownMs(), signal }))
        const last = segments.entries(level).at(-1)?.publication.sequenceNumber
        const isOver = hasEnded && !isEnough && !isNew
        if (last !== undefined && (last >= awaited || isOver))
          return playlists.past({ entries: segments.entries(level), breaks: segments.breaks, isOver }, (number) =>
            segmentUrl(level, number),
          )
        await pause(signal)
      }
    }

    #endMs(level: string): number {
      const last = segments.entries(level).at(-1)?.publication
      return last ? Number(last.startTimeMs) + last.durationMs : 0
    }

    async #segment(url: URL, timeoutMs: number): Promise<ArrayBuffer> {
      const { stats } = this
      const entry = segments.find(levelOf(url.href), sequenceNumberOf(url))
      if (!entry) throw new DOMException('The segment is no longer in the playlist.', 'NotFoundError')
      const body = await viewer.past.payload(entry, {
        signal: AbortSignal.any([this.#aborting.signal, AbortSignal.timeout(timeoutMs)]),
        onProgress: ({ loadedBytes, totalBytes }) => Object.assign(stats, { loaded: loadedBytes, total: totalBytes }),
      })
      stats.loaded = stats.total = body.loadedBytes
      Object.assign(stats.loading, { start: body.startMs, first: body.firstByteMs, end: body.endMs })
      return body.data.buffer
    }
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const end = (settle: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      settle()
    }
    const abort = () => end(() => reject(signal.reason))
    const timer = setTimeout(() => end(resolve), lookEveryMs)
    signal.addEventListener('abort', abort)
  })
}
