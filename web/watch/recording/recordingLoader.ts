import type { HlsConfig, Loader, LoaderCallbacks, LoaderConfiguration, LoaderContext } from 'hls.js'
import { playlists, type Recording } from 'lp-relay'
import { newLoaderStats } from '../loaderStats'

/** hls.js needs URLs. No request for these URLs reaches the network: the loader answers each request. */
const base = 'https://recording.invalid'

export const playlistUrl = `${base}/index.m3u8`

/** A loader class for `config.loader` of hls.js. `read` returns the checked payload of segment `index` of the recording. */
export function createRecordingLoader(
  recording: Recording.Recording,
  read: (index: number, signal: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>,
): HlsConfig['loader'] {
  return class RecordingLoader implements Loader<LoaderContext> {
    context: LoaderContext | null = null
    readonly stats = newLoaderStats()
    readonly #aborting = new AbortController()
    #callbacks: LoaderCallbacks<LoaderContext> | undefined

    load(context: LoaderContext, _: LoaderConfiguration, callbacks: LoaderCallbacks<LoaderContext>): void {
      this.context = context
      this.#callbacks = callbacks
      this.stats.loading.start = performance.now()
      this.#read(context.url).then(
        (data) => {
          const { loading } = this.stats
          loading.first = loading.end = performance.now()
          this.#callbacks?.onSuccess({ url: context.url, data, code: 200 }, this.stats, context, null)
        },
        (error: Error) => {
          const failure = { code: 0, text: error.message }
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

    async #read(url: string): Promise<string | ArrayBuffer> {
      if (url === playlistUrl) return playlists.recorded(recording, (index) => `${base}/${index}.ts`)
      const index = Number(/(\d+)\.ts$/.exec(url)?.[1])
      const data = await read(index, this.#aborting.signal)
      this.stats.loaded = this.stats.total = data.length
      return data.buffer
    }
  }
}
