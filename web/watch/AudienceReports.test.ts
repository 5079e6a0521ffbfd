import type { AudienceReport, AudienceSummary } from 'lp-relay'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AudienceReports } from './AudienceReports'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function reporting(answer: () => Promise<AudienceSummary | undefined> = async () => ({ viewers: 3 })) {
  const figures = { latencyMs: 2_100.4 as number | undefined, stalls: 0, isPlaying: true }
  const sent: AudienceReport[] = []
  const counts: (number | undefined)[] = []
  const ending = new AbortController()
  const reports = new AudienceReports({
    read: () => (figures.isPlaying ? figures : undefined),
    send: (report) => {
      sent.push(report)
      return answer()
    },
    onViewers: (viewers) => counts.push(viewers),
    signal: ending.signal,
    now: () => Date.now(),
  })
  reports.start()
  return { figures, sent, counts, ending }
}

describe('a viewer', () => {
  it('reports every ten seconds the latency and the interruptions of the last minute, and learns the number of viewers', async () => {
    const { figures, sent, counts } = reporting()
    await vi.advanceTimersByTimeAsync(5_000)
    figures.stalls = 2
    figures.latencyMs = undefined
    await vi.advanceTimersByTimeAsync(10_000)
    expect(sent).toMatchObject([{ latencyMs: 2_100, stalls: 0 }, { stalls: 2 }])
    expect(sent[1]).not.toHaveProperty('latencyMs')
    expect(sent[0]?.viewer).toMatch(/^[0-9a-f]{16}$/)
    expect(sent[1]?.viewer).toBe(sent[0]?.viewer)
    expect(counts).toEqual([3, 3])
    await vi.advanceTimersByTimeAsync(80_000)
    expect(sent.at(-1)?.stalls).toBe(0)
  })

  it('reports nothing while nothing plays, and after the end', async () => {
    const { figures, sent, ending } = reporting()
    figures.isPlaying = false
    await vi.advanceTimersByTimeAsync(30_000)
    expect(sent).toHaveLength(1)
    figures.isPlaying = true
    await vi.advanceTimersByTimeAsync(10_000)
    expect(sent).toHaveLength(2)
    ending.abort()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sent).toHaveLength(2)
  })

  it('has another name after each reload', async () => {
    const [first, second] = [reporting(), reporting()]
    await vi.advanceTimersByTimeAsync(0)
    expect(first.sent[0]?.viewer).not.toBe(second.sent[0]?.viewer)
  })

  it('goes on if the relay is older, or does not answer', async () => {
    const older = reporting(async () => undefined)
    const silent = reporting(() => Promise.reject(new Error('no answer')))
    await vi.advanceTimersByTimeAsync(25_000)
    const unknown = [undefined, undefined, undefined]
    expect([older.counts, silent.counts]).toEqual([unknown, unknown])
    expect([older.sent.length, silent.sent.length]).toEqual([3, 3])
  })
})
