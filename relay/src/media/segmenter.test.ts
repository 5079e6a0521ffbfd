import { spawnSync } from 'node:child_process'
import { MpegTs } from '@lp/contracts/protocol'
import { describe, expect, test } from 'vitest'
import { accessUnitsOf, interleaved } from '../../testbeds/accessUnits'
import { generate } from '../../testbeds/corpus'
import type { AccessUnit } from './mpegTs'
import { createSegmenter, type SegmentEvent } from './segmenter'

const MS = 90
const VIDEO_ID = 0xe0

describe('createSegmenter', () => {
  test('cuts at the first keyframe on or after the grid line, and at no other keyframe', () => {
    const { segmenter, segments } = recording({ hasAudio: false })
    for (let ms = 0; ms < 4_500; ms += 50) segmenter.add(video(ms + 20, { isKey: ms % 500 === 0 }))
    segmenter.finish()
    expect(segments().map(({ startTimeMs, durationMs }) => [startTimeMs, durationMs])).toEqual([
      [20, 2_000],
      [2_020, 2_000],
      [4_020, 500],
    ])
  })

  test('cuts immediately when the format changes, and keeps the grid', () => {
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

  test('puts sound into the segment in which the sound starts, also when the sound comes late', () => {
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

  test('puts sound into the segment in which the sound starts, also when the sound comes early', () => {
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

  test('drops pictures before the first keyframe, and sound before `startTicks`', () => {
    const { segmenter, segments } = recording({})
    segmenter.add(audio(-20))
    segmenter.add(video(0, { isKey: false }))
    segmenter.add(video(40, { isKey: true }))
    segmenter.finish()
    expect(segments().map(({ units }) => units)).toEqual([{ video: 1, audio: 0 }])
  })

  test('in a stream without video, cuts at the lines of the grid, and emits the sound during the recording', () => {
    const { segmenter, segments, events } = recording({ hasVideo: false })
    for (let ms = 0; ms < 4_000; ms += 20) segmenter.add(audio(ms))
    expect(events.filter(({ type }) => type === 'bytes').length).toBeGreaterThan(30)
    segmenter.finish()
    expect(segments().map(({ durationMs }) => durationMs)).toEqual([2_000, 2_000])
  })

  test('in a stream with B-frames, cuts between the groups of pictures', () => {
    const gop = [
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-pix_fmt',
      'yuv420p',
      '-g',
      '25',
      '-sc_threshold',
      '0',
      '-bf',
      '2',
    ]
    const source = generate([
      ...['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25', '-f', 'lavfi', '-i', 'sine=440:r=48000', '-t', '4.2'],
      ...[...gop, '-c:a', 'aac', '-b:a', '32k', '-output_ts_offset', '10'],
    ])
    const units = interleaved(accessUnitsOf(source))
    const startTicks = units.find(({ isKey }) => isKey)?.ticks as number
    const { segmenter, segments } = recording({ startTicks, segmentTicks: 1_000 * MS })
    for (const unit of units) segmenter.add(unit)
    segmenter.finish()
    const cut = segments()
    const startMs = Math.round(startTicks / MS)
    expect(cut.map(({ startTimeMs }) => startTimeMs - startMs)).toEqual([0, 1_000, 2_000, 3_000, 4_000])
    expect(cut.slice(0, 4).map(({ durationMs }) => durationMs)).toEqual([1_000, 1_000, 1_000, 1_000])
    for (const [index, { data }] of cut.entries()) {
      const frameCount = index < 4 ? 25 : 5
      expect(MpegTs.probe(data).video).toMatchObject({
        startsWithKeyframe: true,
        frameCount,
        durationMs: frameCount * 40,
      })
      // The segment can be decoded alone: no picture refers to a picture of another segment.
      expect(framesOf(data)).toEqual({ frames: frameCount, complaints: '' })
    }
    const pictures = (unit: AccessUnit) => unit.kind === 'video'
    const whole = Buffer.concat(cut.map(({ data }) => data))
    expect(accessUnitsOf(whole).filter(pictures)).toEqual(accessUnitsOf(source).filter(pictures))
  })

  test('in a stream with B-frames, ends the last segment after the picture that is shown last', () => {
    const { segmenter, segments } = recording({ hasAudio: false })
    // Shown in the order I B P, decoded in the order I P B.
    for (const [ms, decodingMs] of [
      [100, 0],
      [200, 50],
      [150, 100],
    ] as const)
      segmenter.add({ ...video(ms, { isKey: decodingMs === 0 }), decodingTicks: decodingMs * MS })
    segmenter.finish()
    expect(segments()).toMatchObject([{ startTimeMs: 100, durationMs: 150 }])
  })

  test('ends each part with a picture, and ends no part shortly before the end of the segment', () => {
    const { segmenter, events } = recording({ hasAudio: false })
    for (let ms = 0; ms < 2_500; ms += 50) segmenter.add(video(ms, { isKey: ms % 2_000 === 0 }))
    segmenter.finish()
    const parts = events.filter(({ type }) => type === 'part')
    expect(parts).toMatchObject([
      ...[400, 800, 1_200, 1_600].map((durationMs) => ({ index: 0, durationMs })),
      { index: 1, durationMs: 400 },
    ])
    for (const part of parts) {
      const before = events.slice(0, events.indexOf(part)).filter((event) => event.type === 'bytes')
      const bytes = before.filter(({ index }) => index === part.index).map(({ data }) => data.length)
      expect(part).toMatchObject({ byteLength: bytes.reduce((sum, length) => sum + length, 0) })
    }
  })

  test('in a stream without video, ends each part with a sound frame', () => {
    const { segmenter, events } = recording({ hasVideo: false })
    for (let ms = 0; ms < 2_000; ms += 20) segmenter.add(audio(ms))
    const parts = events.filter(({ type }) => type === 'part')
    expect(parts).toMatchObject([400, 800, 1_200, 1_600].map((durationMs) => ({ index: 0, durationMs })))
  })

  test('in a stream with B-frames, measures a part up to the picture that is shown last', () => {
    const { segmenter, events } = recording({ hasAudio: false })
    // Shown in the order I B P B P, decoded in the order I P B P B.
    for (const ms of [0, 350, 150, 750, 550]) segmenter.add(video(ms, { isKey: ms === 0 }))
    expect(events.filter(({ type }) => type === 'part')).toMatchObject([{ durationMs: 400 }, { durationMs: 800 }])
    segmenter.add(video(1_150, { isKey: false }))
    expect(events.filter(({ type }) => type === 'part')).toMatchObject(
      [400, 800, 1_200].map((durationMs) => ({ durationMs })),
    )
  })

  test('emits nothing without access units', () => {
    const { segmenter, events } = recording({})
    segmenter.finish()
    expect(events).toEqual([])
  })
})

function recording({ hasVideo = true, hasAudio = true, startTicks = 0, segmentTicks = 2_000 * MS }) {
  const partTicks = 400 * MS
  const events: SegmentEvent[] = []
  const onEvent = (event: SegmentEvent) => events.push(event)
  const segmenter = createSegmenter({ hasVideo, hasAudio, startTicks, segmentTicks, partTicks, onEvent })
  const segments = () =>
    events
      .filter((event) => event.type === 'begin')
      .map(({ index, startTimeMs }) => {
        const end = events.find((event) => event.type === 'end' && event.index === index)
        const chunks = events.filter((event) => event.type === 'bytes').filter((event) => event.index === index)
        const data = Buffer.concat(chunks.map(({ data }) => data))
        return { startTimeMs, durationMs: end?.type === 'end' ? end.durationMs : null, units: unitsOf(chunks), data }
      })
  return { segmenter, segments, events }
}

/** How many pictures ffmpeg decodes, and its warnings. */
function framesOf(data: Uint8Array) {
  const args = ['-v', 'warning', '-i', 'pipe:0', '-map', '0:v', '-f', 'framemd5', 'pipe:1']
  const { stdout, stderr } = spawnSync('ffmpeg', args, { input: data, encoding: 'utf8' })
  return { frames: stdout.split('\n').filter((line) => /^0,/.test(line)).length, complaints: stderr }
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

/** Counts the packets that begin an access unit: those whose payload begins with a PES header. */
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
