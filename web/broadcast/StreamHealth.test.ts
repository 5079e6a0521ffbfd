import { StreamId } from '@lp/contracts/protocol'
import { zeroAddress } from 'viem'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { CaptureStats } from './capture/capture'
import { HealthWatch } from './StreamHealth'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('asks the encoder every second, and counts the pictures that were dropped in the last ten seconds', async () => {
  const stats = { encoded: 0, dropped: 0, fps: 30, fullFps: 30 } as CaptureStats
  const ending = new AbortController()
  const watch = new HealthWatch()
  expect(watch.now).toMatchObject({ encoder: undefined, recentlyDropped: 0 })
  const capture = { hasVideo: true, stats: async () => ({ ...stats }) }
  watch.start({ capture, relay: () => undefined, streamId: StreamId.random(zeroAddress), signal: ending.signal })
  await vi.advanceTimersByTimeAsync(1_000)
  Object.assign(stats, { encoded: 60, dropped: 7 })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(watch.now).toMatchObject({ encoder: { encoded: 60 }, recentlyDropped: 7 })
  await vi.advanceTimersByTimeAsync(11_000)
  expect(watch.now.recentlyDropped).toBe(0)
  ending.abort()
  stats.encoded = 90
  await vi.advanceTimersByTimeAsync(5_000)
  expect(watch.now.encoder?.encoded).toBe(60)
})
