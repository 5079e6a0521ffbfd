import { TICKS_PER_MS } from './ticks'

/** One encoded picture (H.264 in Annex B) or one sound frame (AAC in ADTS). */
export type AccessUnit = {
  kind: 'video' | 'audio'
  /** Presentation time, 90 kHz. Without B-frames it is the decoding time, too. */
  ticks: number
  durationTicks: number
  isKey: boolean
  /** Of a keyframe: what tells two formats (size, colours, profile) apart. */
  format?: string
  data: Uint8Array
}

export type MpegTsMuxer = {
  /** The tables that make a segment stand alone: PAT and PMT. */
  tables(): Uint8Array
  /** The packets of one access unit, complete: nothing is held back for the next. */
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
// The decoder's clock runs behind the timestamps by this much, so that sound muxed a little late is still in time.
const CLOCK_LEAD_TICKS = 500 * TICKS_PER_MS

const AUD_TYPE = 9
const AUD = Uint8Array.of(0, 0, 0, 1, AUD_TYPE, 0xf0)
const NOTHING = new Uint8Array(0)

/**
 * Writes MPEG-TS (ISO/IEC 13818-1) one access unit at a time. mediabunny's muxer writes a picture only when the next
 * keyframe has come, a whole segment late; here a picture's bytes leave as soon as the picture is encoded.
 * Continuity counters run on over the segments, so that segments can also be laid end to end.
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
      const prefix = unit.kind === 'video' && !startsWithAud(unit.data) ? AUD : NOTHING
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
        const adaptation = stuffed(index === 0 ? firstAdaptation : NOTHING, PAYLOAD_LENGTH - (pes.length - offset))
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

/** Whether an Annex B picture brings its own access unit delimiter, which MPEG-TS wants before every picture. */
function startsWithAud(data: Uint8Array): boolean {
  const start = data[2] === 1 ? 3 : 4
  return ((data[start] ?? 0) & 0x1f) === AUD_TYPE
}

function pesHeader(unit: AccessUnit, dataLength: number): Uint8Array {
  const afterLength = 8 + dataLength
  // A stated length lets the demuxer pass a picture on at its last byte, not at the first byte of the next one.
  const length = afterLength > 0xffff ? 0 : afterLength
  const pts = modulo(unit.ticks)
  return Uint8Array.of(
    0,
    0,
    1,
    STREAM_ID[unit.kind],
    length >> 8,
    length & 0xff,
    0x84,
    0x80,
    5,
    0x21 | (Math.floor(pts / 2 ** 30) << 1),
    (pts >>> 22) & 0xff,
    0x01 | ((pts >>> 14) & 0xfe),
    (pts >>> 7) & 0xff,
    0x01 | ((pts << 1) & 0xfe),
  )
}

function adaptationField(unit: AccessUnit, carriesClock: boolean): Uint8Array {
  const flags = (unit.isKey ? 0x40 : 0) | (carriesClock ? 0x10 : 0)
  if (!carriesClock) return flags === 0 ? NOTHING : Uint8Array.of(1, flags)
  const base = modulo(unit.ticks - CLOCK_LEAD_TICKS)
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

/** The adaptation field, grown to `length` where the payload does not fill the packet. */
function stuffed(field: Uint8Array, length: number): Uint8Array {
  if (length <= field.length) return field
  const grown = new Uint8Array(length).fill(0xff)
  grown.set(field)
  grown[0] = length - 1
  if (length > 1 && field.length === 0) grown[1] = 0
  return grown
}

const modulo = (ticks: number) => ((ticks % TIMESTAMP_MODULUS) + TIMESTAMP_MODULUS) % TIMESTAMP_MODULUS

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
