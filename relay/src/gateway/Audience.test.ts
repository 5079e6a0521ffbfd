import { StreamId } from '@lp/contracts/protocol'
import { zeroAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import { Audience } from './Audience'

const streamId = StreamId.random(zeroAddress)
const digits = (number: number) => number.toString(16).padStart(16, '0')

function audience() {
  let nowMs = 0
  const all = new Audience(() => nowMs)
  const report = (
    viewer: number,
    { network = `10.0.0.${viewer}`, latencyMs = 2_000, stalls = 0, stream = streamId } = {},
  ) => all.report(stream, { viewer: digits(viewer), latencyMs, stalls }, network)
  const later = (ms: number) => {
    nowMs += ms
  }
  return { all, report, later, summary: () => all.summary(streamId) }
}

describe('the viewers of a stream', () => {
  it('are counted while they report, with the lowest, the middle and the highest of their figures', () => {
    const { report, later, summary } = audience()
    expect(summary()).toEqual({ viewers: 0, latencyMs: undefined, stalls: undefined })
    for (const [viewer, latencyMs] of [900, 2_000, 8_000].entries()) report(viewer, { latencyMs, stalls: viewer })
    expect(summary()).toEqual({
      viewers: 3,
      latencyMs: { min: 900, median: 2_000, max: 8_000 },
      stalls: { min: 0, median: 1, max: 2 },
    })
    later(20_000)
    report(1, { latencyMs: 3_000 })
    later(20_000)
    expect(summary()).toMatchObject({ viewers: 1, latencyMs: { min: 3_000, max: 3_000 } })
    later(40_000)
    expect(summary().viewers).toBe(0)
  })

  it('of one network are at most 64, and make place for others when they leave', () => {
    const { report, later, summary } = audience()
    for (let viewer = 0; viewer < 1_000; viewer++) report(viewer, { network: '203.0.113.1' })
    report(1_000, { network: '203.0.113.2' })
    expect(summary().viewers).toBe(65)
    later(40_000)
    report(1_001, { network: '203.0.113.1' })
    expect(summary().viewers).toBe(1)
  })

  it('are at most 10,000, and the relay remembers at most 1,000 streams', () => {
    const { all, report, later, summary } = audience()
    for (let viewer = 0; viewer < 11_000; viewer++) report(viewer, { network: `${viewer}` })
    expect(summary().viewers).toBe(10_000)
    const others = Array.from({ length: 1_000 }, () => StreamId.random(zeroAddress))
    for (const stream of others) report(1, { stream })
    expect(others.filter((stream) => all.summary(stream).viewers > 0)).toHaveLength(999)
    later(40_000)
    report(1, { stream: others[0] as StreamId.StreamId })
    expect([summary().viewers, all.summary(others[0] as StreamId.StreamId).viewers]).toEqual([0, 1])
  })

  it('keep their own figures: another network cannot change them', () => {
    const { report, summary } = audience()
    report(1, { latencyMs: 2_000 })
    report(1, { latencyMs: 90_000, network: '203.0.113.9' })
    expect(summary()).toMatchObject({ viewers: 1, latencyMs: { max: 2_000 } })
  })
})
