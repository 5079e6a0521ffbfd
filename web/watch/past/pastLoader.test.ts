import type { LoaderCallbacks, LoaderConfiguration, LoaderContext } from 'hls.js'
import { PastSegments } from 'lp-relay'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createPastLoader } from './pastLoader'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const startMs = 1_000_000
const at = (number: number) => startMs + 2_000 * number

/** A relay that has the segments 0 to `newest`. */
function start({ newest = 99 } = {}) {
  const seen = { newest, shownMs: undefined as number | undefined, state: 'live', requests: 0 }
  const past = {
    feed: undefined,
    async entries(_: string, request: { from: { after: bigint } | { sinceMs: number }; limit: number }) {
      seen.requests++
      const { from, limit } = request
      const first = 'after' in from ? Number(from.after) + 1 : Math.max(0, Math.floor((from.sinceMs - startMs) / 2_000))
      return Array.from({ length: Math.max(0, Math.min(limit, seen.newest - first + 1)) }, (_, index) => ({
        feed: {},
        publication: {
          sequenceNumber: BigInt(first + index),
          startTimeMs: BigInt(at(first + index)),
          durationMs: 2_000,
        },
      })) as never
    },
    payload: async () => ({ data: new Uint8Array([7]), loadedBytes: 1, startMs: 0, firstByteMs: 0, endMs: 1 }),
  }
  const Loader = createPastLoader({
    viewer: { past, getSnapshot: () => ({ state: seen.state, levels: [] }), entries: () => [] } as never,
    segments: new PastSegments(past, at(10)),
    ...{ fromMs: at(20), shownMs: () => seen.shownMs },
  })
  const load = (path: string) => {
    const callbacks = { onSuccess: vi.fn(), onError: vi.fn(), onTimeout: vi.fn(), onAbort: vi.fn() }
    const context = { url: `https://viewer.invalid/source/${path}`, responseType: '' } as LoaderContext
    const policy = { loadPolicy: { maxLoadTimeMs: 1_000 } } as LoaderConfiguration
    const loader = new Loader({} as never)
    loader.load(context, policy, callbacks as LoaderCallbacks<LoaderContext>)
    return { ...callbacks, loader }
  }
  /** The sequence numbers in the playlist, and `end` if the playlist has an end. Undefined before the answer. */
  const listed = ({ onSuccess }: ReturnType<typeof load>) => {
    const text = onSuccess.mock.calls[0]?.[0].data as string | undefined
    return text && [...text.matchAll(/\/(\d+)\.ts|#EXT-X-(END)LIST/g)].map(([, number, end]) => Number(number) || end)
  }
  return { seen, load, listed }
}

const settle = () => vi.advanceTimersByTimeAsync(0)

describe('the playlist of the past', () => {
  test('begins before the picture, and gets the next segments only when the picture needs them', async () => {
    const { seen, load, listed } = start()
    const first = load('index.m3u8')
    await settle()
    expect([listed(first)?.at(0), listed(first)?.at(-1)]).toEqual([10, 25])
    const second = load('index.m3u8?_HLS_msn=26')
    await settle()
    expect(listed(second)?.at(-1)).toBe(41)

    // The picture is paused: nothing is asked.
    seen.shownMs = at(20)
    const third = load('index.m3u8?_HLS_msn=42')
    await vi.advanceTimersByTimeAsync(600_000)
    expect([listed(third), seen.requests]).toEqual([undefined, 2])
    seen.shownMs = at(23)
    await vi.advanceTimersByTimeAsync(500)
    expect([listed(third)?.at(-1), seen.requests]).toEqual([57, 3])
  })

  test('waits at the live edge for the next segment, and ends after the end of the stream', async () => {
    const { seen, load, listed } = start({ newest: 21 })
    load('index.m3u8')
    await settle()
    const next = load('index.m3u8?_HLS_msn=22')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(listed(next)).toBeUndefined()
    seen.newest = 22
    await vi.advanceTimersByTimeAsync(500)
    expect(listed(next)?.at(-1)).toBe(22)
    const last = load('index.m3u8?_HLS_msn=23')
    seen.state = 'ended'
    await vi.advanceTimersByTimeAsync(500)
    expect(listed(last)?.slice(-2)).toEqual([22, 'END'])
  })

  test('asks nothing any more after an abort', async () => {
    const { seen, load } = start({ newest: 21 })
    load('index.m3u8')
    await settle()
    const next = load('index.m3u8?_HLS_msn=22')
    await settle()
    const { requests } = seen
    next.loader.abort()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(seen.requests).toBe(requests)
    expect(next.onError).not.toHaveBeenCalled()
  })
})

test('a segment of the playlist is loaded, and another segment is an error', async () => {
  const { load } = start()
  load('index.m3u8')
  await settle()
  const [known, unknown] = [load('12.ts'), load('5.ts')]
  await settle()
  expect(new Uint8Array(known.onSuccess.mock.calls[0]?.[0].data as ArrayBuffer)).toEqual(new Uint8Array([7]))
  expect(unknown.onError.mock.calls[0]?.[0]).toMatchObject({ code: 503 })
})
