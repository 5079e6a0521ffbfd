import { maxPastMs } from 'lp-relay'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { OldestMoment } from './OldestMoment'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A viewer of a relay that holds the stream from `heldMs` on. `newestMs`: the newest segment. */
function start({ isAllowed = true, heldMs = 50_000_000, newestMs = 60_000_000 } = {}) {
  const seen = { heldMs, newestMs, asked: [] as number[], fails: false }
  const closing = new AbortController()
  const past = {
    isAllowed,
    async entries(_: string, { from, limit }: { from: { sinceMs: number }; limit: number }) {
      expect(limit).toBe(1)
      seen.asked.push(from.sinceMs)
      if (seen.fails) throw new Error('The relay does not answer.')
      return [{ publication: { startTimeMs: BigInt(seen.heldMs) } }]
    },
  }
  const { signal } = closing
  const oldest = new OldestMoment({ past } as never, { newestMs: () => seen.newestMs, signal })
  return { oldest, seen, closing }
}

test('is what the relay holds, and at most an hour; the page asks again, because the relay deletes old segments', async () => {
  const { oldest, seen, closing } = start({ heldMs: 59_000_000 })
  expect(oldest.ms).toBeUndefined()
  await oldest.ask()
  expect([oldest.ms, seen.asked]).toEqual([59_000_000, [60_000_000 - maxPastMs]])
  seen.heldMs = 59_500_000
  await vi.advanceTimersByTimeAsync(60_000)
  expect(oldest.ms).toBe(59_500_000)
  seen.newestMs = 59_500_000 + maxPastMs + 1_000
  expect(oldest.ms).toBe(59_501_000)
  closing.abort()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(seen.asked.length).toBe(2)
})

test('stays known while the relay does not answer', async () => {
  const { oldest, seen } = start({ heldMs: 59_000_000 })
  await oldest.ask()
  seen.fails = true
  await vi.advanceTimersByTimeAsync(60_000)
  expect([oldest.ms, seen.asked.length]).toEqual([59_000_000, 2])
})

test('is never known if the broadcaster refuses recordings', async () => {
  const { oldest, seen } = start({ isAllowed: false })
  await oldest.ask()
  await vi.advanceTimersByTimeAsync(600_000)
  expect([oldest.ms, seen.asked]).toEqual([undefined, []])
})
