import { TICKS_PER_MS } from './ticks'

/** One encoded picture (H.264 in Annex B) or one sound frame (AAC in ADTS). */
export type AccessUnit = {
  kind: 'video' | 'audio'
  /** Presentation time in 90 kHz ticks. It may exceed 33 bits; the muxer wraps it. */
  ticks: number
  /** Decoding time in 90 kHz ticks, where it differs from the presentation time: in streams with B-frames. */
  decodingTicks?: number
  durationTicks: number
  /**
   * Whether this is an IDR picture. All pictures that follow an IDR picture in decoding order are shown after the IDR picture, and
   * do not refer to pictures before it.
   */
  isKey: boolean
  /** Only a keyframe has this field: a text that is different for each format (size, colours, profile). */
  format?: string
  data: Uint8Array
}

export type MpegTsMuxer = {
  /** The tables PAT and PMT, without which a segment cannot be decoded alone. */
  tables(): Uint8Array
  /** All packets of one access unit. The units of each kind must come in decoding order. */
  packets(unit: AccessUnit): Uint8Array
}

const PACKET_LENGTH = 188
const PAYLOAD_LENGTH = 184
const PAT_PID = 0
const PMT_PID = 0x1000
const PID = { video: 0x100, audio: 0x101 }
const STREAM_ID = { video: 0xe0, audio: 0xc0 }
const STREAM_TYPE = { video: 0x1b, audio: 0x0f }
const TIMESTAMP_MODULUS = 2 ** 33
/** First four bits of a timestamp in a PES header. */
const MARK = { ptsAlone: 0x20, ptsBeforeDts: 0x30, dts: 0x10 }
// The decoder's clock is this much behind the decoding times, so sound that is muxed a little late still arrives in time.
const CLOCK_LEAD_TICKS = 500 * TICKS_PER_MS

const AUD_TYPE = 9
const AUD = Uint8Array.of(0, 0, 0, 1, AUD_TYPE, 0xf0)
const NO_BYTES = new Uint8Array(0)

/**
 * Writes MPEG-TS (ISO/IEC 13818-1) one access unit at a time. mediabunny's muxer writes a picture only when it has the next
 * keyframe, a whole segment later; this muxer writes a picture as soon as it is encoded.
 * Continuity counters continue from segment to segment, so concatenated segments are one valid stream.
 */
export function createMpegTsMuxer({ hasVideo, hasAudio }: { hasVideo: boolean; hasAudio: boolean }): MpegTsMuxer {
  const kinds = [...(hasVideo ? (['video'] as const) : []), ...(hasAudio ? (['audio'] as const) : [])]
  const clockKind = hasVideo ? 'video' : 'audio'
  const pat = section(0x00, [0x00, 0x01, 0xe0 | (PMT_PID >> 8), PMT_PID & 0xff])
  const pmt = section(0x02, [
    0xe0 | (PID[clockKind] >> 8),
    PID[clockKind] & 0xff,
    0xf0,
    0x00,
    ...kinds.flatMap((kind) => [STREAM_TYPE[kind], 0xe0 | (PID[kind] >> 8), PID[kind] & 0xff, 0xf0, 0x00]),
  ])
  const counters = new Map<number, number>()

  return {
    tables() {
      const bytes = new Uint8Array(2 * PACKET_LENGTH).fill(0xff)
      for (const [index, [pid, table]] of (
        [
          [PAT_PID, pat],
          [PMT_PID, pmt],
        ] as const
      ).entries()) {
        const at = index * PACKET_LENGTH
        writeHeader(bytes, at, { pid, isStart: true, hasAdaptation: false })
        bytes[at + 4] = 0
        bytes.set(table, at + 5)
      }
      return bytes
    },

    packets(unit) {
      const prefix = unit.kind === 'video' && !startsWithAud(unit.data) ? AUD : NO_BYTES
      const header = pesHeader(unit, prefix.length + unit.data.length)
      const pes = new Uint8Array(header.length + prefix.length + unit.data.length)
      pes.set(header)
      pes.set(prefix, header.length)
      pes.set(unit.data, header.length + prefix.length)

      const firstAdaptation = adaptationField(unit, unit.kind === clockKind)
      const count = Math.ceil((firstAdaptation.length + pes.length) / PAYLOAD_LENGTH)
      const bytes = new Uint8Array(count * PACKET_LENGTH)
      for (let index = 0, offset = 0; index < count; index++) {
        const at = index * PACKET_LENGTH
        const adaptation = stuffed(index === 0 ? firstAdaptation : NO_BYTES, PAYLOAD_LENGTH - (pes.length - offset))
        writeHeader(bytes, at, { pid: PID[unit.kind], isStart: index === 0, hasAdaptation: adaptation.length > 0 })
        bytes.set(adaptation, at + 4)
        const end = Math.min(offset + PAYLOAD_LENGTH - adaptation.length, pes.length)
        bytes.set(pes.subarray(offset, end), at + 4 + adaptation.length)
        offset = end
      }
      return bytes
    },
  }

  function writeHeader(
    bytes: Uint8Array,
    at: number,
    { pid, isStart, hasAdaptation }: { pid: number; isStart: boolean; hasAdaptation: boolean },
  ) {
    const counter = counters.get(pid) ?? 0
    counters.set(pid, (counter + 1) & 0x0f)
    bytes[at] = 0x47
    bytes[at + 1] = (isStart ? 0x40 : 0) | (pid >> 8)
    bytes[at + 2] = pid & 0xff
    bytes[at + 3] = (hasAdaptation ? 0x30 : 0x10) | counter
  }
}

/** Whether an Annex B picture has an access unit delimiter, which MPEG-TS demands before every picture. */
function startsWithAud(data: Uint8Array): boolean {
  const start = data[2] === 1 ? 3 : 4
  return ((data[start] ?? 0) & 0x1f) === AUD_TYPE
}

function pesHeader(unit: AccessUnit, dataLength: number): Uint8Array {
  const [pts, dts] = [wrapped(unit.ticks), wrapped(unit.decodingTicks ?? unit.ticks)]
  const timestamps =
    pts === dts ? timestamp(MARK.ptsAlone, pts) : [...timestamp(MARK.ptsBeforeDts, pts), ...timestamp(MARK.dts, dts)]
  const afterLength = 3 + timestamps.length + dataLength
  // A stated length lets the demuxer deliver a picture at its last byte, not at the first byte of the next picture.
  const length = afterLength > 0xffff ? 0 : afterLength
  return Uint8Array.of(
    0,
    0,
    1,
    STREAM_ID[unit.kind],
    length >> 8,
    length & 0xff,
    0x84,
    pts === dts ? 0x80 : 0xc0,
    timestamps.length,
    ...timestamps,
  )
}

/** 33 bits in five bytes, with a marker bit after each group of bits. */
const timestamp = (mark: number, ticks: number): number[] => [
  mark | 0x01 | (Math.floor(ticks / 2 ** 30) << 1),
  (ticks >>> 22) & 0xff,
  0x01 | ((ticks >>> 14) & 0xfe),
  (ticks >>> 7) & 0xff,
  0x01 | ((ticks << 1) & 0xfe),
]

function adaptationField(unit: AccessUnit, carriesClock: boolean): Uint8Array {
  const flags = (unit.isKey ? 0x40 : 0) | (carriesClock ? 0x10 : 0)
  if (!carriesClock) return flags === 0 ? NO_BYTES : Uint8Array.of(1, flags)
  const base = wrapped((unit.decodingTicks ?? unit.ticks) - CLOCK_LEAD_TICKS)
  return Uint8Array.of(
    7,
    flags,
    Math.floor(base / 2 ** 25),
    (base >>> 17) & 0xff,
    (base >>> 9) & 0xff,
    (base >>> 1) & 0xff,
    ((base & 1) << 7) | 0x7e,
    0,
  )
}

/** The adaptation field, padded to `length` when the payload does not fill the packet. */
function stuffed(field: Uint8Array, length: number): Uint8Array {
  if (length <= field.length) return field
  const grown = new Uint8Array(length).fill(0xff)
  grown.set(field)
  grown[0] = length - 1
  if (length > 1 && field.length === 0) grown[1] = 0
  return grown
}

/** Timestamps have 33 bits, and start again at 0 after 26.5 hours. */
const wrapped = (ticks: number) => ((ticks % TIMESTAMP_MODULUS) + TIMESTAMP_MODULUS) % TIMESTAMP_MODULUS

function section(tableId: number, body: readonly number[]): Uint8Array {
  const length = 5 + body.length + 4
  const content = [tableId, 0xb0 | (length >> 8), length & 0xff, 0x00, 0x01, 0xc1, 0x00, 0x00, ...body]
  const crc = crc32(content)
  return Uint8Array.of(...content, crc >>> 24, (crc >>> 16) & 0xff, (crc >>> 8) & 0xff, crc & 0xff)
}

function crc32(bytes: readonly number[]): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte << 24
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  }
  return crc >>> 0
}
