import { bytesToHex, type Hex } from 'viem'
import { ProtocolError } from '../errors'
import * as Keccak from '../Keccak'
import * as Segment from '../Segment'
import * as Adts from './Adts'
import * as H264 from './H264'
import { concat, createDemuxer, type Kind, MalformedError, type Pes } from './MpegTsDemuxer'
import { MissingParametersError } from './MpegTsHead'

export { type Counts, createCounter } from './MpegTsCounter'
export { createDemuxer, MalformedError, type Pes, UnsupportedStreamError } from './MpegTsDemuxer'
export { createHeadReader, type Head, MissingParametersError } from './MpegTsHead'
export { createPartReader, type PartEnd } from './MpegTsParts'

/** The content of one segment. Timestamps are 90 kHz ticks. In the stream they have 33 bits. Here they continue above 2^33. */
export type Probe = {
  bytes: number
  /** Time from the start of the first sample to the end of the last sample, pictures and sound included. */
  durationMs: number
  video?: Video
  audio?: Audio
}

export type Video = H264.H264 & {
  frameCount: number
  firstPts: number
  lastPts: number
  /** The stream does not contain the duration of its last frame, so the mean duration of the other frames replaces it. */
  durationMs: number
  /** Mean frame rate. */
  fps: number
  startsWithKeyframe: boolean
}

export type Audio = Adts.Adts & { packetCount: number; firstPts: number; durationMs: number }

type Frame = { pts: number; dts: number; nalUnits: Uint8Array[] }
type Packet = { pts: number; frame: Adts.Frame }
type Content = { frames: Frame[]; packets: Packet[] }

const ticksPerMs = 90
const wrap = 2 ** 33
/**
 * The largest number of pictures in one segment, and also the largest number of AAC frames. A segment of 6 s has 360
 * pictures at 60 fps, and 563 AAC frames at 96 kHz.
 */
export const maxFrames = 1_024

/**
 * Reads a whole segment. A stream that is declared but has no content is left out. Throws `MalformedError`,
 * `UnsupportedStreamError`, `EmptyError`, `TooManyFramesError`, `MissingParametersError`, `ParametersChangedError`,
 * `Segment.PayloadTooLargeError`, or an error of `H264` or `Adts`.
 */
export function probe(data: Uint8Array): Probe {
  const { frames, packets } = read(data)
  const video = frames.length > 0 ? probeVideo(frames) : undefined
  const audio = packets.length > 0 ? probeAudio(packets) : undefined
  const origin = video?.firstPts ?? audio?.firstPts ?? 0
  const spans = [video, audio]
    .filter((track) => track !== undefined)
    .map(({ firstPts, durationMs }) => {
      const startMs = since(origin, firstPts) / ticksPerMs
      return { startMs, endMs: startMs + durationMs }
    })
  const start = Math.min(...spans.map(({ startMs }) => startMs))
  const end = Math.max(...spans.map(({ endMs }) => endMs))
  return {
    bytes: data.length,
    durationMs: Math.round(end - start),
    ...(video && { video }),
    ...(audio && { audio }),
  }
}

/**
 * The bytes that are equal for all correct encoders: all NAL units except SEI and access unit delimiters, all AAC frames,
 * and all timestamps. The bytes of the container are left out. The layout, in big endian:
 *
 *     uint32 pictures ‖ (uint64 pts ‖ uint64 dts ‖ uint32 NAL units ‖ (uint32 length ‖ bytes)…)…
 *     ‖ uint32 AAC frames ‖ (uint64 pts ‖ uint32 length ‖ bytes)…
 *
 * Throws the errors of `probe`, except the errors about the formats of the streams.
 */
export function canonical(data: Uint8Array): { bytes: Uint8Array; videoBytes: number } {
  const { frames, packets } = read(data)
  let videoBytes = 0
  const parts = [uint32(frames.length)]
  for (const { pts, dts, nalUnits } of frames) {
    const kept = nalUnits.filter((unit) => {
      const type = H264.typeOf(unit)
      return type !== H264.nalType.sei && type !== H264.nalType.accessUnitDelimiter
    })
    parts.push(uint64(pts), uint64(dts), uint32(kept.length))
    for (const unit of kept) {
      parts.push(uint32(unit.length), unit)
      videoBytes += unit.length
    }
  }
  parts.push(uint32(packets.length))
  for (const { pts, frame } of packets) parts.push(uint64(pts % wrap), uint32(frame.bytes.length), frame.bytes)
  return { bytes: concat(parts), videoBytes }
}

/** keccak256 of the canonical bytes, and the number of video bytes in them. */
export async function canonicalHash(data: Uint8Array): Promise<{ hash: Hex; videoBytes: number }> {
  const { bytes, videoBytes } = canonical(data)
  return { hash: bytesToHex((await Keccak.load())(bytes)), videoBytes }
}

function read(data: Uint8Array): Content {
  if (data.length > Segment.maxPayloadBytes) throw new Segment.PayloadTooLargeError({ bytes: data.length })
  const content: Content = { frames: [], packets: [] }
  const demuxer = createDemuxer({
    pes: (kind, pes) => (kind === 'video' ? addPicture(content, pes) : addAudio(content, pes)),
  })
  demuxer.push(data)
  demuxer.end()
  if (content.frames.length + content.packets.length === 0) throw new EmptyError()
  return content
}

function addPicture({ frames }: Content, { pts, dts, bytes }: Pes) {
  const nalUnits = H264.nalUnits(bytes)
  if (nalUnits.filter(H264.startsPicture).length !== 1)
    throw new MalformedError({ rule: 'a video packet holds one picture' })
  const previous = frames.at(-1)
  if (previous && since(previous.dts, dts) <= 0) throw new MalformedError({ rule: 'timestamps increase' })
  if (frames.length === maxFrames) throw new TooManyFramesError({ kind: 'video' })
  frames.push({ pts, dts, nalUnits })
}

function addAudio({ packets }: Content, pes: Pes) {
  let samples = 0
  for (const frame of Adts.frames(pes.bytes)) {
    const pts = pes.pts + Math.floor((samples * 90_000) / frame.format.sampleRate)
    const previous = packets.at(-1)
    if (previous && since(previous.pts, pts) <= 0) throw new MalformedError({ rule: 'timestamps increase' })
    if (packets.length === maxFrames) throw new TooManyFramesError({ kind: 'audio' })
    packets.push({ pts, frame })
    samples += frame.samples
  }
}

function probeVideo(frames: readonly Frame[]): Video {
  const first = frames[0] as Frame
  const parameters = frames.flatMap(({ nalUnits }) => nalUnits.filter(isParameters))
  if (!first.nalUnits.some(isParameters)) throw new MissingParametersError()
  const formats = new Set(parameters.map((unit) => JSON.stringify(H264.parse(unit))))
  if (formats.size > 1) throw new ParametersChangedError({ kind: 'video' })
  const shown = Float64Array.from(frames, ({ pts }) => since(first.pts, pts)).sort()
  if (shown.some((pts, index) => index > 0 && pts === shown[index - 1]))
    throw new MalformedError({ rule: 'no two pictures have the same presentation time' })
  const [earliest, latest] = [shown[0] as number, shown[shown.length - 1] as number]
  const intervals = frames.length - 1
  const meanTicks = intervals > 0 ? (latest - earliest) / intervals : 0
  return {
    ...H264.parse(parameters[0] as Uint8Array),
    frameCount: frames.length,
    firstPts: first.pts + earliest,
    lastPts: first.pts + latest,
    durationMs: Math.round((latest - earliest + meanTicks) / ticksPerMs),
    fps: meanTicks > 0 ? 90_000 / meanTicks : 0,
    startsWithKeyframe: first.nalUnits.some((unit) => H264.typeOf(unit) === H264.nalType.keyframeSlice),
  }
}

function probeAudio(packets: readonly Packet[]): Audio {
  const first = packets[0] as Packet
  const last = packets.at(-1) as Packet
  const { codec, sampleRate, channels } = first.frame.format
  for (const { format } of packets.map(({ frame }) => frame))
    if (format.codec !== codec || format.sampleRate !== sampleRate || format.channels !== channels)
      throw new ParametersChangedError({ kind: 'audio' })
  const lastTicks = (last.frame.samples * 90_000) / sampleRate
  return {
    ...first.frame.format,
    packetCount: packets.length,
    firstPts: first.pts,
    durationMs: Math.round((since(first.pts, last.pts) + lastTicks) / ticksPerMs),
  }
}

const isParameters = (unit: Uint8Array) => H264.typeOf(unit) === H264.nalType.sps

/** Ticks from timestamp `from` to timestamp `to`, from −2^32 to 2^32 (half of the wrap). The result is negative if `to` is earlier. */
function since(from: number, to: number): number {
  const ticks = (((to - from) % wrap) + wrap) % wrap
  return ticks >= wrap / 2 ? ticks - wrap : ticks
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

function uint64(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

export class EmptyError extends ProtocolError {
  override readonly name = 'MpegTs.EmptyError'
  constructor() {
    super('The segment has neither pictures nor sound.')
  }
}

export class TooManyFramesError extends ProtocolError {
  override readonly name = 'MpegTs.TooManyFramesError'
  constructor({ kind }: { kind: Kind }) {
    super('The segment has too many frames.', { details: [`Stream: ${kind}`, `Allowed: ${maxFrames}`] })
  }
}

export class ParametersChangedError extends ProtocolError {
  override readonly name = 'MpegTs.ParametersChangedError'
  constructor({ kind }: { kind: Kind }) {
    super('The format changes inside the segment.', { details: [`Stream: ${kind}`] })
  }
}
