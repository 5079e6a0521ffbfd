import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { followRoundTrip } from './followRoundTrip'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('measures the time of an answer every five seconds, until the stream ends', async () => {
  const ending = new AbortController()
  const seen: (number | undefined)[] = []
  let answer: 'answers' | 'silent' = 'answers'
  let uri: string | undefined
  followRoundTrip({
    relay: () => uri,
    signal: ending.signal,
    onRoundTrip: (ms) => seen.push(ms),
    async ask() {
      vi.advanceTimersByTime(80)
      return { answer }
    },
  })
  await vi.advanceTimersByTimeAsync(4_000)
  expect(seen).toEqual([])
  uri = 'http://relay.example'
  await vi.advanceTimersByTimeAsync(1_000)
  expect(seen).toEqual([80])
  answer = 'silent'
  await vi.advanceTimersByTimeAsync(5_000)
  expect(seen).toEqual([80, undefined])
  ending.abort()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(seen).toHaveLength(2)
})
