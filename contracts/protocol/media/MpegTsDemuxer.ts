import { ProtocolError } from '../errors'

/** One PES packet of an elementary stream. */
export type Pes = {
  /** 90 kHz ticks, 33 bits. */
  pts: number
  dts: number
  bytes: Uint8Array
}

export type Kind = 'video' | 'audio'

export type Sink = {
  /** Is called once, with the streams that the program map declares. */
  program?(kinds: ReadonlySet<Kind>): void
  /** Is called when a PES packet begins. `offset`: the number of bytes of the transport stream before this PES packet. */
  begins?(kind: Kind, pes: { pts: number; offset: number }): void
  /** Is called after each transport packet of a PES packet, with the payloads that have arrived so far. */
  arriving?(kind: Kind, parts: readonly Uint8Array[]): void
  /** Is called with each whole PES packet. */
  pes(kind: Kind, pes: Pes): void
}

type Track = {
  kind: Kind
  counter: number | undefined
  pending: { pts: number; dts: number; length: number; parts: Uint8Array[] } | undefined
}

const packetBytes = 188
const pid = { programAssociation: 0, serviceDescription: 0x11, empty: 0x1fff }
const streamTypes: Record<number, Kind> = { 15: 'audio', 27: 'video' }

/**
 * Demultiplexes a transport stream while it arrives. The transport stream must have one program, with at most one H.264 stream
 * and at most one AAC stream, and without lost or scrambled packets. The demuxer refuses everything that two correct demuxers
 * could read differently. So the transcoder and every verifier read the same content. Throws `MalformedError` or
 * `UnsupportedStreamError`. ISO/IEC 13818-1.
 */
export function createDemuxer(sink: Sink) {
  const tracks = new Map<number, Track>()
  let programMapPid: number | undefined
  let rest = new Uint8Array(0)
  let packets = 0

  /** Reads the next bytes. The size of a chunk does not matter. */
  function push(chunk: Uint8Array) {
    let offset = 0
    if (rest.length > 0) {
      offset = Math.min(packetBytes - rest.length, chunk.length)
      rest = concat([rest, chunk.subarray(0, offset)])
      if (rest.length < packetBytes) return
      readPacket(rest)
    }
    for (; offset + packetBytes <= chunk.length; offset += packetBytes)
      readPacket(chunk.subarray(offset, offset + packetBytes))
    rest = chunk.slice(offset)
  }

  /** Ends the stream, and reads the last PES packet of each elementary stream. */
  function end() {
    if (rest.length > 0) throw new MalformedError({ rule: 'the stream consists of whole packets' })
    if (tracks.size === 0) throw new MalformedError({ rule: 'the stream has a program' })
    for (const track of tracks.values()) finish(track)
  }

  function readPacket(packet: Uint8Array) {
    const offset = packets++ * packetBytes
    const byte = (index: number) => packet[index] as number
    if (byte(0) !== 0x47) throw new MalformedError({ rule: 'every packet starts with the byte 47 (hex)' })
    const packetPid = ((byte(1) & 0x1f) << 8) | byte(2)
    if (packetPid === pid.empty || packetPid === pid.serviceDescription) return
    const adaptation = byte(3) & 0x20 ? 1 + byte(4) : 0
    const hasPayload = (byte(3) & 0x10) !== 0
    if (byte(1) & 0x80 || byte(3) & 0xc0 || 4 + adaptation > packetBytes - (hasPayload ? 1 : 0))
      throw new MalformedError({ rule: 'packets have no error and are not scrambled' })
    if (!hasPayload) return
    const payload = packet.subarray(4 + adaptation)
    const starts = (byte(1) & 0x40) !== 0
    if (packetPid === pid.programAssociation) readAssociation(section(payload, { table: 0, starts }))
    else if (packetPid === programMapPid) readProgramMap(section(payload, { table: 2, starts }))
    else {
      const track = tracks.get(packetPid)
      if (!track) throw new MalformedError({ rule: 'every packet belongs to the program' })
      const resets = adaptation > 1 && (byte(5) & 0x80) !== 0
      const counter = byte(3) & 15
      if (track.counter !== undefined && !resets && counter !== ((track.counter + 1) & 15))
        throw new MalformedError({ rule: 'no packet is missing or repeated' })
      track.counter = counter
      readMedia(track, payload, { starts, offset })
    }
  }

  function readAssociation(entries: Uint8Array) {
    const programs = []
    for (let offset = 0; offset + 4 <= entries.length; offset += 4)
      if (uint16(entries, offset) !== 0) programs.push(uint16(entries, offset + 2) & 0x1fff)
    if (programs.length !== 1 || (programMapPid ?? programs[0]) !== programs[0])
      throw new MalformedError({ rule: 'the stream has one program' })
    programMapPid = programs[0]
  }

  function readProgramMap(map: Uint8Array) {
    const declared = new Map<number, Kind>()
    const information = map.length < 4 ? 0 : uint16(map, 2) & 0xfff
    for (let offset = 4 + information; offset + 5 <= map.length; ) {
      const streamType = map[offset] as number
      const kind = streamTypes[streamType]
      const kinds = [...declared.values()]
      if (!kind || kinds.includes(kind)) throw new UnsupportedStreamError({ streamType })
      declared.set(uint16(map, offset + 1) & 0x1fff, kind)
      offset += 5 + (uint16(map, offset + 3) & 0xfff)
    }
    const same = [...declared].every(([streamPid, kind]) => tracks.get(streamPid)?.kind === kind)
    if (tracks.size > 0) {
      if (!same || tracks.size !== declared.size) throw new MalformedError({ rule: 'the program does not change' })
      return
    }
    if (declared.size === 0) throw new MalformedError({ rule: 'the program has streams' })
    for (const [streamPid, kind] of declared) tracks.set(streamPid, { kind, counter: undefined, pending: undefined })
    sink.program?.(new Set(declared.values()))
  }

  function readMedia(track: Track, payload: Uint8Array, { starts, offset }: { starts: boolean; offset: number }) {
    if (starts) {
      finish(track)
      track.pending = header(payload)
      sink.begins?.(track.kind, { pts: track.pending.pts, offset })
    } else if (track.pending) track.pending.parts.push(payload)
    else throw new MalformedError({ rule: 'a stream starts with a PES header' })
    sink.arriving?.(track.kind, track.pending.parts)
  }

  function finish(track: Track) {
    if (!track.pending) return
    const { pts, dts, length, parts } = track.pending
    track.pending = undefined
    const bytes = concat(parts)
    if (bytes.length === 0 || (length !== 0 && bytes.length !== length))
      throw new MalformedError({ rule: 'a PES packet has the length in its header' })
    sink.pes(track.kind, { pts, dts, bytes })
  }

  return { push, end }
}

/** The content of a program table. A table of two streams fits into one packet, so a longer table is refused. */
function section(payload: Uint8Array, { table, starts }: { table: number; starts: boolean }): Uint8Array {
  const start = 1 + (payload[0] ?? 0)
  const length = start + 3 <= payload.length ? uint16(payload, start + 1) & 0xfff : 0
  const whole = payload.subarray(start, start + 3 + length)
  if (!starts || length < 9 || whole.length < 3 + length || whole[0] !== table || crc(whole) !== 0)
    throw new MalformedError({ rule: 'program tables are whole and in one packet' })
  return whole.subarray(8, -4)
}

/** The CRC of MPEG-2 sections. The result is 0 for a section that ends with its correct CRC. */
function crc(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) {
    value ^= byte << 24
    for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1
  }
  return value >>> 0
}

function header(payload: Uint8Array) {
  const byte = (index: number) => payload[index] as number
  const end = 9 + (payload[8] ?? 0)
  const timestampFlags = (byte(7) >> 6) & 3
  const isMedia = payload.length >= 9 && uint16(payload, 0) === 0 && byte(2) === 1 && byte(3) >= 0xc0 && byte(3) <= 0xef
  if (
    !isMedia ||
    (byte(6) & 0xc0) !== 0x80 ||
    end > payload.length ||
    timestampFlags < 2 ||
    end < (timestampFlags === 3 ? 19 : 14)
  )
    throw new MalformedError({ rule: 'every PES packet has a whole header with a timestamp' })
  const pts = timestamp(payload, 9)
  const length = uint16(payload, 4)
  return {
    pts,
    dts: timestampFlags === 3 ? timestamp(payload, 14) : pts,
    length: length === 0 ? 0 : Math.max(1, length + 6 - end),
    parts: [payload.subarray(end)],
  }
}

const uint16 = (bytes: Uint8Array, offset: number) => ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number)

/** 33 bits in 5 bytes, with marker bits between them. */
const timestamp = (bytes: Uint8Array, offset: number) =>
  (((bytes[offset] as number) >> 1) & 7) * 2 ** 30 +
  (uint16(bytes, offset + 1) >> 1) * 2 ** 15 +
  (uint16(bytes, offset + 3) >> 1)

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

export class MalformedError extends ProtocolError {
  override readonly name = 'MpegTs.MalformedError'
  constructor({ rule }: { rule: string }) {
    super('The transport stream is malformed.', { details: [`Rule: ${rule}`] })
  }
}

export class UnsupportedStreamError extends ProtocolError {
  override readonly name = 'MpegTs.UnsupportedStreamError'
  constructor({ streamType }: { streamType: number }) {
    super('A segment holds at most one H.264 and one AAC stream.', {
      details: [`Stream type: 0x${streamType.toString(16).padStart(2, '0')}`],
    })
  }
}
