import { execFileSync } from 'node:child_process'
import { MpegTs } from '@lp/contracts/protocol'
import { describe, expect, it } from 'vitest'
import { accessUnitsOf, interleaved } from '../../testbeds/accessUnits'
import { generate } from '../../testbeds/corpus'
import { type AccessUnit, createMpegTsMuxer } from './mpegTs'

const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25']
const sound = ['-f', 'lavfi', '-i', 'sine=440:r=48000']
const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '25']
const aac = ['-c:a', 'aac', '-b:a', '32k']
const plain = generate([...picture, ...sound, '-t', '2', ...h264, '-bf', '0', ...aac])
const reordered = generate([...picture, ...sound, '-t', '2', ...h264, '-bf', '2', ...aac])
const pyramid = generate([
  ...picture,
  '-t',
  '2',
  ...h264,
  '-bf',
  '3',
  '-b_strategy',
  '0',
  '-x264-params',
  'b-pyramid=normal',
])
const wrapping = generate([
  ...picture,
  ...sound,
  '-t',
  '2',
  ...h264,
  '-bf',
  '2',
  ...aac,
  '-output_ts_offset',
  '95442.7',
])

/** The access units of a stream, written by our muxer. */
function remuxed(data: Uint8Array): Uint8Array {
  const units = interleaved(accessUnitsOf(data))
  const [hasVideo, hasAudio] = (['video', 'audio'] as const).map((kind) => units.some((unit) => unit.kind === kind))
  const muxer = createMpegTsMuxer({ hasVideo: hasVideo as boolean, hasAudio: hasAudio as boolean })
  return Buffer.concat([muxer.tables(), ...units.map((unit) => muxer.packets(unit))])
}

const run = (program: string, args: readonly string[], input: Uint8Array) =>
  execFileSync(program, ['-v', 'error', ...args], { input, maxBuffer: 64 * 1024 * 1024 }).toString()

type Packet = { pts: number; dts: number; flags: string }

/** The packets of one kind, as ffprobe reads them. */
function packetsOf(data: Uint8Array, kind: 'v' | 'a'): Packet[] {
  const entries = ['-select_streams', kind, '-show_entries', 'packet=pts,dts,flags', '-of', 'json']
  const { packets } = JSON.parse(run('ffprobe', [...entries, 'pipe:0'], data)) as { packets: Packet[] }
  return packets.map(({ pts, dts, flags }) => ({ pts, dts, flags: flags.slice(0, 1) }))
}

/** Presentation times and contents of all decoded pictures and sounds. */
const decoded = (data: Uint8Array) => run('ffmpeg', ['-copyts', '-i', 'pipe:0', '-f', 'framemd5', 'pipe:1'], data)

describe('createMpegTsMuxer', () => {
  it.each([
    ['no B-frames', plain],
    ['B-frames', reordered],
    ['B-frames that refer to B-frames', pyramid],
    ['B-frames, and a wrap of the 33 bits', wrapping],
  ])('writes the presentation and decoding times that it is given: %s', (_, data) => {
    const written = remuxed(data)
    for (const kind of ['v', 'a'] as const) expect(packetsOf(written, kind)).toEqual(packetsOf(data, kind))
    expect(decoded(written)).toBe(decoded(data))
    expect(MpegTs.canonical(written).bytes).toEqual(MpegTs.canonical(data).bytes)
  })

  it('is tested with pictures whose presentation order differs from their decoding order', () => {
    const isReordered = (data: Uint8Array) => packetsOf(data, 'v').some(({ pts, dts }) => pts !== dts)
    expect([plain, reordered, pyramid, wrapping].map(isReordered)).toEqual([false, true, true, true])
    const { firstPts } = MpegTs.probe(wrapping).audio as MpegTs.Audio
    expect(firstPts).toBeLessThan(2 ** 33)
    expect(accessUnitsOf(wrapping).some(({ ticks }) => ticks >= 2 ** 33)).toBe(true)
  })

  it('writes a decoding time only where it differs from the presentation time', () => {
    const unit: AccessUnit = {
      ...{ kind: 'video', ticks: 2 ** 33 + 90_000, durationTicks: 3_600, isKey: true },
      data: Uint8Array.of(0, 0, 0, 1, 0x65, 0x88),
    }
    const headerOf = (change: Partial<AccessUnit>) => {
      const packet = createMpegTsMuxer({ hasVideo: true, hasAudio: false }).packets({ ...unit, ...change })
      const start = 5 + (packet[4] as number)
      return [...packet.subarray(start + 7, start + 9 + (packet[start + 8] as number))]
    }
    const pts = [0x21, 0x00, 0x05, 0xbf, 0x21]
    expect(headerOf({})).toEqual([0x80, 5, ...pts])
    expect(headerOf({ decodingTicks: 2 ** 33 + 90_000 })).toEqual([0x80, 5, ...pts])
    // This picture is decoded before the 33-bit timestamps wrap, and shown after the wrap.
    const dts = [0x1f, 0xff, 0xff, 0xe3, 0xe1]
    expect(headerOf({ decodingTicks: 2 ** 33 - 3_600 })).toEqual([0xc0, 10, 0x31, ...pts.slice(1), ...dts])
  })

  it('writes a clock that is half a second behind the decoding times', () => {
    const muxer = createMpegTsMuxer({ hasVideo: true, hasAudio: false })
    const clockOf = (unit: AccessUnit) => {
      const packet = Buffer.from(muxer.packets(unit))
      return packet.readUInt32BE(6) * 2 + (packet.readUInt8(10) >> 7)
    }
    for (const unit of accessUnitsOf(reordered).filter(({ kind }) => kind === 'video'))
      expect(clockOf(unit)).toBe((2 ** 33 + (unit.decodingTicks as number) - 45_000) % 2 ** 33)
  })
})
