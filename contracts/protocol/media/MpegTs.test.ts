import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { ProtocolError } from '../errors'
import * as MpegTs from './MpegTs'

const run = (program: string, args: readonly string[], input?: Uint8Array) =>
  new Uint8Array(execFileSync(program, ['-v', 'error', ...args], { input, maxBuffer: 64 * 1024 * 1024 }))

const picture = (size: string, rate = 20) => ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}`]
const sound = (rate = 48_000) => ['-f', 'lavfi', '-i', `sine=440:r=${rate}`]
const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '40', '-bf', '0']
const aac = ['-c:a', 'aac', '-b:a', '32k']
const segment = (...args: string[]) =>
  run('ffmpeg', [...args, '-muxdelay', '0', '-muxpreload', '0', '-f', 'mpegts', 'pipe:1'])

const both = segment(...picture('322x182'), ...sound(), '-t', '1', ...h264, ...aac, '-output_ts_offset', '7')
const reordered = segment(...picture('160x90'), '-t', '0.5', ...h264, '-bf', '2')
const silent = segment(...picture('90x160', 5), '-t', '1', ...h264, '-aud', '1')
const blind = segment(...sound(44_100), '-t', '0.5', ...aac)
const wrapping = segment(...picture('64x64'), ...sound(), '-t', '1', ...h264, ...aac, '-output_ts_offset', '95443')
const colourful = segment(
  ...[...picture('64x64'), '-t', '0.2', ...h264, '-pix_fmt', 'yuvj420p', '-colorspace', 'bt709'],
  ...['-color_primaries', 'bt709', '-color_trc', 'iec61966-2-1'],
)

type Packet = { stream_index: number; pts: number; dts: number; size: string; codec_type: string }
const packetsOf = (data: Uint8Array, kind: string): Packet[] =>
  JSON.parse(new TextDecoder().decode(run('ffprobe', ['-show_packets', '-of', 'json', 'pipe:0'], data))).packets.filter(
    ({ codec_type }: Packet) => codec_type === kind,
  )

/** Reads canonical bytes. Uses only the layout in the docstring of `canonical`, and no code of `MpegTs`. */
function decode(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let offset = 0
  const skip = (length: number) => {
    offset += length
    return offset - length
  }
  const uint32 = () => view.getUint32(skip(4))
  const uint64 = () => Number(view.getBigUint64(skip(8)))
  const blob = () => {
    const length = uint32()
    return bytes.subarray(skip(length), offset)
  }
  const times = <T>(count: number, item: () => T) => Array.from({ length: count }, item)
  const pictures = times(uint32(), () => ({ pts: uint64(), dts: uint64(), nalUnits: times(uint32(), blob) }))
  const frames = times(uint32(), () => ({ pts: uint64(), bytes: blob() }))
  return { pictures, frames, rest: bytes.length - offset }
}

describe('probe', () => {
  it('gives the size, the frame rate and the sample rate, and the duration of pictures and sound', () => {
    expect(MpegTs.probe(both)).toMatchObject({
      bytes: both.length,
      video: { width: 322, height: 182, frameCount: 20, durationMs: 1000, fps: 20, startsWithKeyframe: true },
      audio: { codec: 'mp4a.40.2', sampleRate: 48_000, channels: 1 },
    })
    const { video, audio, durationMs } = MpegTs.probe(both)
    expect(video?.codec).toMatch(/^avc1\.64[0-9a-f]{4}$/)
    expect(video?.firstPts).toBe(packetsOf(both, 'video')[0]?.pts)
    expect(audio?.firstPts).toBe(packetsOf(both, 'audio')[0]?.pts)
    expect(audio?.packetCount).toBe(packetsOf(both, 'audio').length)
    expect(durationMs).toBeGreaterThanOrEqual(1000)
    expect(durationMs).toBeLessThan(1100)
  })

  it('reads pictures whose decoding order differs from their presentation order', () => {
    expect(MpegTs.probe(reordered)).toMatchObject({ video: { frameCount: 10, durationMs: 500, fps: 20 } })
  })

  it('reads segments that have only pictures, and segments that have only sound', () => {
    expect(MpegTs.probe(silent)).toMatchObject({ video: { width: 90, height: 160, fps: 5 } })
    expect(MpegTs.probe(silent).audio).toBeUndefined()
    expect(MpegTs.probe(blind)).toMatchObject({ audio: { sampleRate: 44_100 } })
    expect(MpegTs.probe(blind).video).toBeUndefined()
  })

  it('gives continuous timestamps after a wrap', () => {
    expect(MpegTs.probe(wrapping)).toMatchObject({ video: { durationMs: 1000 } })
    expect(MpegTs.probe(wrapping).video?.lastPts).toBeGreaterThan(2 ** 33)
  })

  it('reads the colour range and the colours', () => {
    expect(MpegTs.probe(colourful).video).toMatchObject({
      fullRange: true,
      colour: { primaries: 1, transfer: 13, matrix: 1 },
    })
  })

  it('refuses streams that two correct demuxers could read differently', () => {
    const cut = both.subarray(0, both.length - 1)
    expect(() => MpegTs.probe(cut)).toThrowErrorMatchingInlineSnapshot(`
      [MpegTs.MalformedError: The transport stream is malformed.
      Rule: the stream consists of whole packets]
    `)
    const lost = new Uint8Array([...both.subarray(0, 188 * 20), ...both.subarray(188 * 21)])
    expect(() => MpegTs.probe(lost)).toThrowErrorMatchingInlineSnapshot(`
      [MpegTs.MalformedError: The transport stream is malformed.
      Rule: no packet is missing or repeated]
    `)
    const mpeg2 = segment(...picture('64x64'), '-t', '0.1', '-c:v', 'mpeg2video')
    expect(() => MpegTs.probe(mpeg2)).toThrowErrorMatchingInlineSnapshot(`
      [MpegTs.UnsupportedStreamError: A segment holds at most one H.264 and one AAC stream.
      Stream type: 0x02]
    `)
    const twice = segment(...sound(), '-t', '0.1', ...aac, '-map', '0:a', '-map', '0:a')
    expect(() => MpegTs.probe(twice)).toThrowErrorMatchingInlineSnapshot(`
      [MpegTs.UnsupportedStreamError: A segment holds at most one H.264 and one AAC stream.
      Stream type: 0x0f]
    `)
    const interlaced = segment(...picture('64x64'), '-t', '0.1', ...h264, '-flags', '+ildct+ilme')
    expect(() => MpegTs.probe(interlaced)).toThrowErrorMatchingInlineSnapshot(`
      [H264.UnsupportedError: This H.264 format is not supported.
      Found: interlaced pictures]
    `)
    const changed = new Uint8Array([...silent, ...segment(...picture('64x64'), '-t', '0.1', ...h264)])
    expect(() => MpegTs.probe(changed)).toThrow(ProtocolError)
    expect(() => MpegTs.probe(new Uint8Array(0))).toThrowErrorMatchingInlineSnapshot(`
      [MpegTs.MalformedError: The transport stream is malformed.
      Rule: the stream has a program]
    `)
  })

  it('throws no error except errors of the protocol when bytes are damaged', () => {
    const sources = [both, reordered, blind, wrapping].map((source) => source.subarray(0, 188 * 40))
    let seed = 1
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
      return Math.floor((seed / 0x80000000) * below)
    }
    let refused = 0
    for (let round = 0; round < 20_000; round++) {
      const source = sources[round % sources.length] as Uint8Array
      const data = source.slice(0, random(8) ? source.length : random(source.length))
      for (let flips = 1 + random(4); flips > 0; flips--) data[random(random(2) ? 600 : data.length)] = random(256)
      try {
        MpegTs.probe(data)
        MpegTs.createHeadReader().push(data)
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error
        refused++
      }
    }
    expect(refused).toBeGreaterThan(5_000)
    expect(refused).toBeLessThan(20_000)
  })
})

describe('createHeadReader', () => {
  it('returns the formats from the first bytes, for chunks of every size', () => {
    for (const data of [both, reordered, silent, blind, colourful]) {
      const { video, audio } = MpegTs.probe(data)
      for (const step of [1, 187, 188, 1000, data.length]) {
        const reader = MpegTs.createHeadReader()
        let head: MpegTs.Head | undefined
        for (let offset = 0; !head && offset < data.length; offset += step)
          head = reader.push(data.subarray(offset, offset + step))
        expect(head?.video?.width).toBe(video?.width)
        expect(head?.video?.colour).toEqual(video?.colour)
        expect(head?.audio?.sampleRate).toBe(audio?.sampleRate)
        expect(reader.end()).toEqual(head)
      }
    }
  })

  it('returns the formats after ten packets of 188 bytes', () => {
    const reader = MpegTs.createHeadReader()
    expect(reader.push(silent.subarray(0, 188 * 10))).toMatchObject({ video: { width: 90, height: 160 } })
  })

  it('refuses a segment that does not start with a keyframe', () => {
    const late = segment(
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=64x64:r=20',
      '-t',
      '0.5',
      ...h264,
      '-bsf:v',
      'noise=drop=not(n)',
    )
    expect(() => MpegTs.probe(late)).toThrow(MpegTs.MissingParametersError)
    expect(() => MpegTs.createHeadReader().push(late)).toThrow(MpegTs.MissingParametersError)
  })
})

describe('canonical', () => {
  it.each([
    ['pictures and sound', both],
    ['reordered pictures', reordered],
    ['pictures with delimiters', silent],
    ['timestamps that wrap', wrapping],
  ])('has the NAL units that ffmpeg extracts: %s', (_, data) => {
    const { pictures, rest } = decode(MpegTs.canonical(data).bytes)
    const filter = ['-map', '0:v', '-c', 'copy', '-bsf:v', 'filter_units=remove_types=6|9', '-f', 'data', 'pipe:1']
    const extracted = run('ffmpeg', ['-f', 'mpegts', '-i', 'pipe:0', ...filter], data)
    expect(pictures.flatMap(({ nalUnits }) => nalUnits).map(hex)).toEqual(unitsOf(extracted))
    expect(rest).toBe(0)
  })

  it.each([
    ['pictures and sound', both],
    ['reordered pictures', reordered],
    ['only sound', blind],
  ])('has the packets and timestamps that ffprobe reads: %s', (_, data) => {
    const { pictures, frames } = decode(MpegTs.canonical(data).bytes)
    expect(pictures.map(({ pts, dts }) => ({ pts, dts }))).toEqual(
      packetsOf(data, 'video').map(({ pts, dts }) => ({ pts, dts })),
    )
    expect(frames.map(({ bytes }) => bytes.length)).toEqual(packetsOf(data, 'audio').map(({ size }) => Number(size)))
    expect(frames.map(({ pts }) => pts)).toEqual(packetsOf(data, 'audio').map(({ pts }) => pts))
  })

  it('does not depend on SEI, delimiters or the container', async () => {
    const plain = await MpegTs.canonicalHash(silent)
    const noisy = run(
      'ffmpeg',
      [
        ...['-copyts', '-f', 'mpegts', '-i', 'pipe:0', '-c', 'copy', '-muxdelay', '0', '-muxpreload', '0'],
        ...['-bsf:v', 'h264_metadata=aud=remove:sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+noise'],
        ...['-mpegts_start_pid', '0x200', '-f', 'mpegts', 'pipe:1'],
      ],
      silent,
    )
    expect(noisy).not.toEqual(silent)
    expect(await MpegTs.canonicalHash(noisy)).toEqual(plain)
  })

  it('counts the bytes of the video', () => {
    const { bytes, videoBytes } = MpegTs.canonical(silent)
    const units = decode(bytes).pictures.flatMap(({ nalUnits }) => nalUnits)
    expect(videoBytes).toBe(units.reduce((sum, unit) => sum + unit.length, 0))
  })
})

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** The NAL units of a stream, split at the start codes. */
const unitsOf = (stream: Uint8Array) =>
  Buffer.from(stream)
    .toString('latin1')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: start codes are control characters.
    .split(/\0*\0\0\x01/)
    .slice(1)
    .map((unit) => Buffer.from(unit, 'latin1').toString('hex'))
