// @vitest-environment happy-dom
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { HealthCard } from './HealthCard'
import type { StreamHealth } from './StreamHealth'

const encoder = {
  ...{ captured: 310, encoded: 300, dropped: 2, repeated: 0, encodeQueue: 1, encodeLatencyMs: 12, encodeLoad: 0.36 },
  ...{ bitrate: 0, fps: 30, fullFps: 30 },
}
const healthy: StreamHealth = { encoder, recentlyDropped: 2, uploadMs: 100, answerMs: 400, roundTripMs: 23.4 }

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

  it('before the first measurements, and for a stream without video, shows what it knows', () => {
    const unknown = { encoder: undefined, uploadMs: undefined, answerMs: undefined, roundTripMs: undefined }
    const { text, troubles } = show(unknown)
    expect(troubles).toEqual([])
    expect(text).toContain('Transcoder’s lagnot measured yet')
    expect(text).not.toContain('Encoder')
  })
})
