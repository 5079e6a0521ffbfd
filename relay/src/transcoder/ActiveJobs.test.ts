import { StreamId } from '@lp/contracts/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMetrics } from '../gateway/metrics'
import { ActiveJobs } from './ActiveJobs'
import { Lag } from './Lag'
import { Places } from './Places'

const streamId = StreamId.create({
  origin: '0x00000000000000000000000000000000000000aa',
  nonce: '0x000000000000000000000001',
})

/** A job with one segment that is never finished. `isAbandoned` returns whether the work on the job was stopped. */
function startJob(jobs: ActiveJobs, { isOnly }: { isOnly: boolean }) {
  const lag = new Lag()
  const abandon = vi.fn()
  jobs.add('0x1', { work: { lag, streamId, abandon }, isOnly })
  lag.committed(0n, 2_000)
  return { lag, isAbandoned: () => abandon.mock.calls.length > 0 }
}

describe('a job whose segments become later and later', () => {
  let jobs: ActiveJobs
  const { registry, count } = createMetrics()
  beforeEach(() => {
    vi.useFakeTimers()
    jobs = new ActiveJobs({ places: new Places({ maxStreams: undefined, pixelsPerSecond: 1e9 }), metrics: count })
  })
  afterEach(() => {
    jobs.close()
    vi.useRealTimers()
  })

  it('is measured by the gauge lp_segment_late_seconds, and the relay counts as too slow', async () => {
    const gauge = async () => (await registry.getSingleMetricAsString('lp_segment_late_seconds')).split('\n').at(-1)
    const { lag } = startJob(jobs, { isOnly: true })
    vi.advanceTimersByTime(2_500)
    expect(await gauge()).toBe('lp_segment_late_seconds 2.5')
    expect(jobs.isBehind).toBe(false)
    vi.advanceTimersByTime(2_500)
    expect(await gauge()).toBe('lp_segment_late_seconds 5')
    expect(jobs.isBehind).toBe(true)
    lag.finished(0n)
    vi.advanceTimersByTime(500)
    expect(await gauge()).toBe('lp_segment_late_seconds 0')
    expect(jobs.isBehind).toBe(false)
  })

  it('is handed over after 6 s if another transcoder was drawn', () => {
    const { isAbandoned } = startJob(jobs, { isOnly: false })
    vi.advanceTimersByTime(6_000)
    expect(isAbandoned()).toBe(false)
    vi.advanceTimersByTime(1_000)
    expect(isAbandoned()).toBe(true)
  })

  it('is handed over only after 30 s if no other transcoder was drawn', () => {
    const { isAbandoned } = startJob(jobs, { isOnly: true })
    vi.advanceTimersByTime(30_000)
    expect(isAbandoned()).toBe(false)
    vi.advanceTimersByTime(1_000)
    expect(isAbandoned()).toBe(true)
  })
})
