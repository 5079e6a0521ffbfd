// @vitest-environment happy-dom
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { HealthCard } from './HealthCard'
import type { StreamHealth } from './StreamHealth'

const encoder = {
  ...{ captured: 310, encoded: 300, dropped: 2, repeated: 0, encodeQueue: 1, encodeLatencyMs: 12, encodeLoad: 0.36 },
  ...{ bitrate: 0, fps: 30, fullFps: 30 },
}
const healthy: StreamHealth = {
  ...{ encoder, recentlyDropped: 2, uploadMs: 100, answerMs: 400, roundTripMs: 23.4 },
  audience: undefined,
}

function show(change: Partial<StreamHealth> = {}, hasTrouble = false) {
  const card = document.createElement('div')
  const figures = { bitrate: 1.5e6, targetBitrate: 2e6, recentBitrates: [1.5e6], health: { ...healthy, ...change } }
  card.innerHTML = renderToStaticMarkup(<HealthCard figures={figures} hasTrouble={hasTrouble} />)
  const troubles = [...card.querySelectorAll('[role=status] p:first-child')].map(({ textContent }) => textContent)
  return { text: card.textContent ?? '', troubles, data: (card.firstElementChild as HTMLElement).dataset }
}

describe('HealthCard', () => {
  it('shows each step from the encoder to the transcoder', () => {
    const { text, troubles, data } = show()
    expect(troubles).toEqual([])
    for (const part of [
      'Bitrate1.5 Mbit/s of 2.0 Mbit/s',
      'Pictures encoded3002 dropped',
      'Encoder load36 %30 pictures a second at most',
      'Upload delay0.1 s',
      'Transcoder’s lag0.4 s',
      'Round trip to the relay23 ms',
    ])
      expect(text).toContain(part)
    expect(data).toMatchObject({ fps: '30', encoded: '300', dropped: '2' })
  })

  it('says at which rate the stream goes on if the computer is too slow', () => {
    const { troubles, text } = show({ encoder: { ...encoder, fps: 20 } })
    expect(troubles).toEqual(['Your computer is too slow for 30 pictures a second: the stream goes on at 20.'])
    expect(text).toContain('Close other programs and tabs. The page tries more pictures again by itself.')
    expect(show({ encoder: { ...encoder, fps: 15 }, recentlyDropped: 20 }).troubles).toEqual([
      'Your computer is too slow for 15 pictures a second: it leaves pictures out.',
    ])
  })

  it('names the cause of each other trouble, but not twice', () => {
    expect(show({ uploadMs: 3_000 }).troubles).toEqual([expect.stringContaining('Your upload is too slow')])
    expect(show({ roundTripMs: 900 }).troubles).toEqual([expect.stringContaining('The way to the transcoder is slow')])
    expect(show({ answerMs: 5_000 }).troubles).toEqual([expect.stringContaining('The transcoder is late')])
    expect(show({ uploadMs: 3_000, answerMs: 5_000 }, true).troubles).toEqual([])
  })

  it('shows what the viewers report, and names the cause only if no earlier step is the cause', () => {
    const spread = (min: number, median: number, max: number) => ({ min, median, max })
    const audience = { viewers: 12, latencyMs: spread(1_200, 2_400, 5_000), stalls: spread(0, 0, 1) }
    const { text, troubles, data } = show({ audience })
    for (const part of ['Viewers now12', 'Viewers’ latency1.2 · 2.4 · 5.0 s', 'Interruptions in a minute0 · 0 · 1'])
      expect(text).toContain(part)
    expect([troubles, data.viewers]).toEqual([[], '12'])
    const stalling = { ...audience, stalls: spread(0, 2, 5) }
    expect(show({ audience: stalling }).troubles).toEqual([
      expect.stringContaining('Most viewers report interruptions'),
    ])
    expect(show({ audience: { ...stalling, viewers: 1 } }).troubles).toEqual([expect.stringContaining('The viewer')])
    expect(show({ audience: stalling, uploadMs: 3_000 }).troubles).toEqual([expect.stringContaining('Your upload')])
    expect(show({ audience: stalling }, true).troubles).toEqual([])
    expect(show({ audience: { ...audience, stalls: spread(0, 0, 4) } }).troubles).toEqual([
      expect.stringContaining('Some viewers report many interruptions'),
    ])
    expect(show({ audience: { ...audience, latencyMs: spread(2_000, 11_000, 20_000) } }).troubles).toEqual([
      expect.stringContaining('more than ten seconds behind'),
    ])
    expect(show({ audience: { viewers: 0 } }).text).toContain('Viewers now0')
  })

  it('before the first measurements, and for a stream without video, shows what it knows', () => {
    const unknown = { encoder: undefined, uploadMs: undefined, answerMs: undefined, roundTripMs: undefined }
    const { text, troubles } = show(unknown)
    expect(troubles).toEqual([])
    expect(text).toContain('Transcoder’s lagnot measured yet')
    expect(text).not.toContain('Encoder')
  })
})
