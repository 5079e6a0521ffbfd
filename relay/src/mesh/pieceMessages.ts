import { type Part, PieceTree, type Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { FormError, hex, type Reader, u8, u32, u64 } from './bytes'
import { type Codecs, readFlag, readPart, readSegment, writePart, writeSegment } from './codec'
import { type RejectReason, readReason, writeReason } from './shareMessages'

/**
 * Messages about pieces of open and complete segments, between members with the capability `pieces`. `streamId` names the level: the source
 * or a rendition. `length` names a signed prefix of a segment: a part, or the whole segment.
 */
export type PieceMessage =
  /** A signed header: of a part of an open segment, or of a segment. `length`: the length of the segment; 0: unknown, or not proven yet. */
  | { type: 'news'; header: { part: Part.Part } | { segment: Segment.Segment; length: number } }
  /** The sender holds these pieces up to the end of the prefix. `pieces`: ascending, at least one. Earlier `holds` stay true. */
  | { type: 'holds'; streamId: Hex; sequenceNumber: bigint; length: number; pieces: readonly number[] }
  /**
   * Asks for the bytes of a piece from `offset` (bytes from the start of the piece) to the end of the piece in this prefix. The answer is
   * `piece` or `decline`. `withinMs`: the time after which the answer is of no use.
   */
  | {
      type: 'ask'
      requestId: number
      streamId: Hex
      sequenceNumber: bigint
      length: number
      index: number
      offset: number
      withinMs: number
    }
  /** The answer to the request `requestId`; 0: a piece that the sender pushes. */
  | {
      type: 'piece'
      requestId: number
      streamId: Hex
      sequenceNumber: bigint
      length: number
      index: number
      offset: number
      path: Uint8Array
      data: Uint8Array
    }
  | { type: 'decline'; requestId: number; reason: RejectReason }
  /** The sender no longer wants the answer. */
  | { type: 'withdraw'; requestId: number }
  /**
   * The levels that the sender plays, and the weight of its uplink. Replaces the earlier `follow` of the sender. The weight 0 of a viewer
   * says that the viewer sends no pieces, and that its earlier `holds` are no longer true. `stripes` is 0, and the receiver ignores it
   * (decision 046).
   */
  | { type: 'follow'; levels: readonly { streamId: Hex; stripes: number }[]; weight: number }
  /** The record of the stream. Replaces the earlier `record` of the sender. The receiver checks the record outside of the mesh. */
  | { type: 'record'; record: Uint8Array }
  /**
   * Replaces the earlier `circle` of the sender. For each level that the sender plays: its neighbours that play the level and upload, the
   * receiver perhaps among them, and their weights. Nothing proves these statements.
   */
  | { type: 'circle'; levels: readonly { streamId: Hex; members: readonly { id: Hex; weight: number }[] }[] }

/** The largest number of pieces in one segment. */
export const maxPieces = 1_024
export const maxPathBytes = 10 * 32
export const maxFollowed = 4
/** A member has at most this many neighbours (decision 042). */
export const maxCircle = 16
/** Four times as long as the record of a stream with eight renditions. */
export const maxRecordBytes = 16 * 1024
/** A message states the weight in units of 1/32. The weight 1 is an uplink of one and a half times the bitrate. */
const weightUnit = 32

// JavaScript evaluates the fields of a literal in the written order, which is the order of the bytes.
export const pieceCodecs: Codecs<PieceMessage> = {
  news: {
    tag: 0xb0,
    write: ({ header }) =>
      'part' in header
        ? [u8(0), ...writePart(header.part)]
        : [u8(1), ...writeSegment(header.segment), u32(header.length)],
    read: (reader) =>
      readFlag(reader)
        ? { header: { segment: readSegment(reader), length: reader.u32() } }
        : { header: { part: readPart(reader) } },
  },
  holds: {
    tag: 0xb1,
    write: ({ streamId, sequenceNumber, length, pieces }) => [
      ...[hex(streamId, 32), u64(sequenceNumber), u32(length)],
      ...writePieces(pieces),
    ],
    read: (reader) => {
      const prefix = { streamId: reader.hex(32), sequenceNumber: reader.u64(), length: reader.u32() }
      return { ...prefix, pieces: readPieces(reader) }
    },
  },
  ask: {
    tag: 0xb2,
    write: ({ requestId, withinMs, ...piece }) => [u32(requestId), ...writePiece(piece), u32(withinMs)],
    read: (reader) => ({ requestId: reader.u32(), ...readPiece(reader), withinMs: reader.u32() }),
  },
  piece: {
    tag: 0xb3,
    write({ requestId, path, data, ...piece }) {
      if (path.length > maxPathBytes || path.length % 32 > 0) throw new FormError(`a path of ${path.length} bytes`)
      if (piece.offset + data.length > PieceTree.pieceBytes) throw new FormError('bytes beyond the end of the piece')
      return [u32(requestId), ...writePiece(piece), u8(path.length / 32), path, data]
    },
    read(reader) {
      const [requestId, piece, hashes] = [reader.u32(), readPiece(reader), reader.u8()]
      if (hashes * 32 > maxPathBytes) throw new FormError(`a path of ${hashes} hashes`)
      const path = reader.bytes(hashes * 32)
      if (piece.offset + reader.remaining > PieceTree.pieceBytes)
        throw new FormError('bytes beyond the end of the piece')
      return { requestId, ...piece, path, data: reader.bytes(reader.remaining) }
    },
  },
  decline: {
    tag: 0xb4,
    write: ({ requestId, reason }) => [u32(requestId), writeReason(reason)],
    read: (reader) => ({ requestId: reader.u32(), reason: readReason(reader) }),
  },
  withdraw: {
    tag: 0xb5,
    write: ({ requestId }) => [u32(requestId)],
    read: (reader) => ({ requestId: reader.u32() }),
  },
  follow: {
    tag: 0xb6,
    write({ levels, weight }) {
      assertLevels(levels)
      return [writeWeight(weight), ...levels.flatMap(({ streamId, stripes }) => [hex(streamId, 32), u8(stripes)])]
    },
    read(reader) {
      const weight = reader.u8() / weightUnit
      const levels: { streamId: Hex; stripes: number }[] = []
      while (reader.remaining > 0 && levels.length < maxFollowed)
        levels.push({ streamId: reader.hex(32), stripes: reader.u8() })
      return { levels, weight }
    },
  },
  record: {
    tag: 0xb7,
    write({ record }) {
      if (record.length > maxRecordBytes) throw new FormError(`a record of ${record.length} bytes`)
      return [record]
    },
    read(reader) {
      if (reader.remaining > maxRecordBytes) throw new FormError(`a record of ${reader.remaining} bytes`)
      return { record: reader.bytes(reader.remaining) }
    },
  },
  circle: {
    tag: 0xb8,
    write({ levels }) {
      assertLevels(levels)
      return levels.flatMap(({ streamId, members }) => {
        assertCircle(members.length)
        return [
          ...[hex(streamId, 32), u8(members.length)],
          ...members.flatMap(({ id, weight }) => [hex(id, 20), writeWeight(weight)]),
        ]
      })
    },
    read(reader) {
      const levels: { streamId: Hex; members: { id: Hex; weight: number }[] }[] = []
      while (reader.remaining > 0 && levels.length < maxFollowed) {
        const [streamId, count] = [reader.hex(32), reader.u8()]
        assertCircle(count)
        const members = Array.from({ length: count }, () => ({ id: reader.hex(20), weight: reader.u8() / weightUnit }))
        levels.push({ streamId, members })
      }
      return { levels }
    },
  },
}

function assertLevels({ length }: readonly unknown[]) {
  if (length > maxFollowed) throw new FormError(`${length} levels where ${maxFollowed} are allowed`)
}

function assertCircle(members: number) {
  if (members > maxCircle) throw new FormError(`${members} members where ${maxCircle} are allowed`)
}

function writeWeight(weight: number): Uint8Array {
  const units = Math.round(weight * weightUnit)
  if (!(units >= 0 && units <= 255)) throw new FormError(`a weight of ${weight}`)
  return u8(units)
}

type PieceOfPrefix = { streamId: Hex; sequenceNumber: bigint; length: number; index: number; offset: number }

function writePiece({ streamId, sequenceNumber, length, index, offset }: PieceOfPrefix): Uint8Array[] {
  assertPiece({ length, index, offset })
  return [hex(streamId, 32), u64(sequenceNumber), u32(length), u32(index), u32(offset)]
}

function readPiece(reader: Reader): PieceOfPrefix {
  const prefix = { streamId: reader.hex(32), sequenceNumber: reader.u64(), length: reader.u32() }
  const piece = { ...prefix, index: reader.u32(), offset: reader.u32() }
  assertPiece(piece)
  return piece
}

/** The piece must exist in the prefix, and have bytes after `offset`. */
function assertPiece({ length, index, offset }: { length: number; index: number; offset: number }) {
  if (index >= maxPieces || index * PieceTree.pieceBytes + offset >= length || offset >= PieceTree.pieceBytes)
    throw new FormError(`byte ${offset} of piece ${index} of a prefix of ${length} bytes`)
}

/** A bit set: bit i stands for piece i. The lowest bit of each byte comes first. */
function writePieces(pieces: readonly number[]): Uint8Array[] {
  const last = pieces.at(-1)
  if (last === undefined || last >= maxPieces) throw new FormError('no piece, or too many pieces')
  const bits = new Uint8Array((last >> 3) + 1)
  let previous = -1
  for (const piece of pieces) {
    if (!Number.isInteger(piece) || piece <= previous) throw new FormError('pieces that do not ascend')
    bits[piece >> 3] = (bits[piece >> 3] as number) | (1 << (piece & 7))
    previous = piece
  }
  return [bits]
}

function readPieces(reader: Reader): number[] {
  const bits = reader.bytes(reader.remaining)
  if (bits.length === 0 || bits.length > maxPieces / 8 || bits.at(-1) === 0)
    throw new FormError('pieces in a longer form than needed, or no piece')
  const pieces: number[] = []
  for (let at = 0; at < bits.length * 8; at++) if ((bits[at >> 3] as number) & (1 << (at & 7))) pieces.push(at)
  return pieces
}
