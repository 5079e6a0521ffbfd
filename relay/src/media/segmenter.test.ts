import { describe, expect, test } from 'vitest'
import type { AccessUnit } from './mpegTs'
import { createSegmenter, type SegmentEvent } from './segmenter'

const MS = 90
const VIDEO_ID = 0xe0

describe('createSegmenter', () => {
  test('cuts at the first keyframe on or after the grid line, and not at those in between', () => {
    const { segmenter, segments } = recording({ hasAudio: false })
    for (let ms = 0; ms < 4_500; ms += 50) segmenter.add(video(ms + 20, { isKey: ms % 500 === 0 }))
    segmenter.finish()
    expect(segments().map(({ startTimeMs, durationMs }) => [startTimeMs, durationMs])).toEqual([
      [20, 2_000],
      [2_020, 2_000],
      [4_020, 500],
    ])
  })

  test('cuts at once when the format changes, and goes on with the grid', () => {
    const { segmenter, segments } = recording({ hasAudio: false })
    for (const ms of [0, 500, 1_000, 2_000, 4_000]) {
      segmenter.add({ ...video(ms, { isKey: true }), format: ms < 1_000 ? 'camera' : 'canvas' })
    }
    segmenter.finish()
    expect(segments().map(({ startTimeMs }) => startTimeMs)).toEqual([0, 1_000, 2_000, 4_000])
  })

  test('stays on the grid when a keyframe comes late', () => {
    const { segmenter, segments } = recording({ hasAudio: false })
    for (const ms of [0, 1_000, 2_400, 3_000, 4_000, 6_000]) segmenter.add(video(ms, { isKey: true }))
    segmenter.finish()
    expect(segments().map(({ startTimeMs }) => startTimeMs)).toEqual([0, 2_400, 4_000, 6_000])
  })

  test('gives sound to the segment in which it starts, however late it comes', () => {
    const { segmenter, segments, events } = recording({})
    for (let ms = 0; ms < 2_200; ms += 50) segmenter.add(video(ms, { isKey: ms % 2_000 === 0 }))
    expect(events.filter(({ type }) => type === 'end')).toEqual([])
    for (let ms = 0; ms < 2_200; ms += 20) segmenter.add(audio(ms))
    segmenter.finish()
    expect(segments().map(({ units }) => units)).toEqual([
      { video: 40, audio: 100 },
      { video: 4, audio: 10 },
    ])
  })

  test('gives sound to the segment in which it starts, however early it comes', () => {
    const { segmenter, segments } = recording({})
    segmenter.add(video(0, { isKey: true }))
    for (let ms = 0; ms < 2_200; ms += 20) segmenter.add(audio(ms))
    segmenter.add(video(2_045, { isKey: true }))
    segmenter.finish()
    expect(segments().map(({ units }) => units)).toEqual([
      { video: 1, audio: 103 },
      { video: 1, audio: 7 },
    ])
  })

  test('drops what cannot be shown: pictures before the first keyframe, sound before the start', () => {
    const { segmenter, segments } = recording({})
    segmenter.add(audio(-20))
    segmenter.add(video(0, { isKey: false }))
    segmenter.add(video(40, { isKey: true }))
    segmenter.finish()
    expect(segments().map(({ units }) => units)).toEqual([{ video: 1, audio: 0 }])
  })

  test('cuts sound alone on the grid, and gives it out while it is recorded', () => {
    const { segmenter, segments, events } = recording({ hasVideo: false })
    for (let ms = 0; ms < 4_000; ms += 20) segmenter.add(audio(ms))
    expect(events.filter(({ type }) => type === 'bytes').length).toBeGreaterThan(30)
    segmenter.finish()
    expect(segments().map(({ durationMs }) => durationMs)).toEqual([2_000, 2_000])
  })

  test('has nothing to say about a capture that gave nothing', () => {
    const { segmenter, events } = recording({})
    segmenter.finish()
    expect(events).toEqual([])
  })
})

function recording({ hasVideo = true, hasAudio = true }) {
  const events: SegmentEvent[] = []
  const onEvent = (event: SegmentEvent) => events.push(event)
  const segmenter = createSegmenter({ hasVideo, hasAudio, startTicks: 0, segmentTicks: 2_000 * MS, onEvent })
  const segments = () =>
    events
      .filter((event) => event.type === 'begin')
      .map(({ index, startTimeMs }) => {
        const end = events.find((event) => event.type === 'end' && event.index === index)
        const chunks = events.filter((event) => event.type === 'bytes').filter((event) => event.index === index)
        return { startTimeMs, durationMs: end?.type === 'end' ? end.durationMs : null, units: unitsOf(chunks) }
      })
  return { segmenter, segments, events }
}

function video(ms: number, { isKey }: { isKey: boolean }): AccessUnit {
  return {
    kind: 'video',
    ticks: ms * MS,
    durationTicks: 50 * MS,
    isKey,
    data: Uint8Array.of(0, 0, 0, 1, isKey ? 5 : 1),
  }
}

function audio(ms: number): AccessUnit {
  return { kind: 'audio', ticks: ms * MS, durationTicks: 20 * MS, isKey: false, data: new Uint8Array(300) }
}

/** Counts the PES headers behind the adaptation fields of packets that begin a unit. */
function unitsOf(chunks: { data: Uint8Array }[]) {
  const units = { video: 0, audio: 0 }
  for (const { data } of chunks) {
    for (let at = 0; at < data.length; at += 188) {
      const packet = data.subarray(at, at + 188)
      const start = (packet[3] ?? 0) & 0x20 ? 5 + (packet[4] ?? 0) : 4
      const isPes = packet[start] === 0 && packet[start + 1] === 0 && packet[start + 2] === 1
      if (((packet[1] ?? 0) & 0x40) === 0 || !isPes) continue
      units[packet[start + 3] === VIDEO_ID ? 'video' : 'audio']++
    }
  }
  return units
}
