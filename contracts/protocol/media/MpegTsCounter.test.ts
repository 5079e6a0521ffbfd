import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import * as MpegTs from './MpegTs'

const segment = (...args: string[]) =>
  new Uint8Array(
    execFileSync('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=160x96:r=20', '-f', 'lavfi', '-i', 'sine=r=48000', '-t', '1'],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-bf', '2', '-c:a', 'aac', ...args],
      ...['-muxdelay', '0', '-muxpreload', '0', '-f', 'mpegts', 'pipe:1'],
    ]),
  )

/** The counts after the last chunk. */
function countsOf(data: Uint8Array, step = data.length): MpegTs.Counts {
  const counter = MpegTs.createCounter()
  let counts: MpegTs.Counts = { pictures: 0, sounds: 0, durationMs: 0 }
  for (let offset = 0; offset < data.length; offset += step) counts = counter.push(data.subarray(offset, offset + step))
  return counts
}

describe('createCounter', () => {
  it('counts the pictures and AAC frames whose PES packets are complete, for chunks of every size', () => {
    const data = segment()
    const { video, audio } = MpegTs.probe(data)
    const counts = countsOf(data)
    expect(counts.pictures).toBe((video?.frameCount ?? 0) - 1)
    expect(counts.sounds).toBeGreaterThan(0)
    expect(counts.sounds).toBeLessThanOrEqual(audio?.packetCount ?? 0)
    expect(Math.abs(counts.durationMs - 950)).toBeLessThan(100)
    expect(countsOf(data, 187)).toEqual(counts)
  })

  it('gives the correct duration if the timestamps wrap', () => {
    const { durationMs } = countsOf(segment('-output_ts_offset', '95443'))
    expect(Math.abs(durationMs - 950)).toBeLessThan(100)
  })

  it('refuses an unfinished packet that already holds many pictures', () => {
    const data = segment('-an')
    const pictures: Uint8Array[] = []
    const demuxer = MpegTs.createDemuxer({ pes: (_, { bytes }) => pictures.push(bytes) })
    demuxer.push(data)
    demuxer.end()
    const counter = MpegTs.createCounter()
    const header = data.subarray(0, 188 * 4)
    const start = [...Array(data.length / 188).keys()].find((index) => isStart(data, index)) ?? 0
    counter.push(header.subarray(0, 188 * start))
    counter.push(data.subarray(188 * start, 188 * (start + 1)))
    const rest = Buffer.concat(pictures.flatMap(() => pictures))
    const push = () => {
      for (let index = 1; index * 184 <= rest.length; index++)
        counter.push(continuation(rest.subarray((index - 1) * 184, index * 184), (data[188 * start + 3] ?? 0) + index))
    }
    expect(push).toThrow(MpegTs.MalformedError)
  })
})

/** Whether a packet starts a PES packet of the video. */
const isStart = (data: Uint8Array, index: number) =>
  ((data[188 * index + 1] ?? 0) & 0x5f) === 0x41 && data[188 * index + 2] === 0

/** A packet that continues a PES packet of the video. */
const continuation = (payload: Uint8Array, counter: number) =>
  Uint8Array.of(0x47, 0x01, 0x00, 0x10 | (counter & 15), ...payload)
