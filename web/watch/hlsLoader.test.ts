import type { LoaderCallbacks, LoaderConfiguration, LoaderContext } from 'hls.js'
import type { Viewer } from 'lp-relay'
import { describe, expect, it, vi } from 'vitest'
import { createLoader } from './hlsLoader'

const levels = 'https://viewer.invalid'

/**
 * A viewer with one open segment, number 4. `chunks`: the parts that a reading of this segment yields before the reading waits for the next
 * part.
 */
function start(chunks: readonly Uint8Array<ArrayBuffer>[]) {
  const viewer = {
    getSnapshot: () => ({ levels: [] }),
    news: () => new Promise(() => {}),
    read: ({ signal }: { signal: AbortSignal }) => ({
      transfer: { busyMs: 0, loadedBytes: 0 },
      async *chunks() {
        yield* chunks
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    }),
  }
  const Loader = createLoader(viewer as unknown as Viewer, { spareMs: () => 0, onNews() {}, onBytes() {}, onRate() {} })
  return {
    load(path: string) {
      const callbacks = {
        onSuccess: vi.fn(),
        onError: vi.fn(),
        onTimeout: vi.fn(),
        onAbort: vi.fn(),
        onProgress: vi.fn(),
      }
      const context = { url: `${levels}${path}`, responseType: 'arraybuffer' } as LoaderContext
      const policy = { loadPolicy: { maxLoadTimeMs: 1_000 } } as LoaderConfiguration
      new Loader({} as never).load(context, policy, callbacks as LoaderCallbacks<LoaderContext>)
      return callbacks
    },
  }
}

describe('the load of an open segment ends when the player reads the playlist of another level', () => {
  it('with an error if hls.js has no byte of the segment, because hls.js would ignore an abort', () => {
    const viewer = start([])
    const segment = viewer.load('/240p/4.ts')
    viewer.load('/source/index.m3u8')
    expect(segment.onError).toHaveBeenCalledOnce()
    expect(segment.onError.mock.calls[0]?.[0]).toMatchObject({ code: 503 })
    expect(segment.onAbort).not.toHaveBeenCalled()
  })

  it('with an abort if hls.js has the first bytes of the segment', async () => {
    const viewer = start([new Uint8Array(8)])
    const segment = viewer.load('/240p/4.ts')
    await vi.waitFor(() => expect(segment.onProgress).toHaveBeenCalledOnce())
    viewer.load('/source/index.m3u8')
    expect(segment.onAbort).toHaveBeenCalledOnce()
    expect(segment.onError).not.toHaveBeenCalled()
  })
})
