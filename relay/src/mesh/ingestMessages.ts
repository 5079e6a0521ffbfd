import {
  type Acceptance,
  type Assignment,
  type Part,
  type Segment,
  StreamCover,
  type StreamEnd,
  type StreamListing,
} from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { hex, text, u8, u32, u64 } from './bytes'
import { type Codecs, readData, readFlag, readPart, readSegment, writeData, writePart, writeSegment } from './codec'

/** Messages between a broadcaster and its transcoder. */
export type IngestMessage =
  | { type: 'acceptance'; acceptance: Acceptance.Acceptance }
  | { type: 'assignment'; assignment: Assignment.Assignment }
  /** The title and the poster of the stream. Comes after the Assignment. */
  | { type: 'cover'; cover: StreamCover.StreamCover }
  /** Whether the stream is shown among the streams that are live now. Comes after the Assignment, and then every minute. */
  | { type: 'listing'; listing: StreamListing.StreamListing }
  /** A segment begins. Its bytes follow while the broadcaster encodes it. */
  | { type: 'begin'; sequenceNumber: bigint; startTimeMs: bigint }
  /** Bytes of the payload from `offset` on, at most `maxDataBytes`. */
  | { type: 'bytes'; sequenceNumber: bigint; offset: number; data: Uint8Array }
  /** A signed part of the open segment. Comes after the bytes of the part, and possibly after later bytes. */
  | { type: 'part'; part: Part.Part }
  /** The segment is complete, hashed and signed. `length`: bytes of the whole payload. */
  | { type: 'end'; segment: Segment.Segment; length: number }
  | { type: 'ack'; sequenceNumber: bigint; receiptHash: Hex }
  /**
   * The transcoder refuses this segment or, without a `sequenceNumber`, the whole stream. `code` is for programs, `message` for
   * people.
   */
  | { type: 'refusal'; sequenceNumber?: bigint; code: string; message: string }
  | { type: 'streamEnd'; streamEnd: StreamEnd.StreamEnd }

export const maxCodeBytes = 64
export const maxTextBytes = 256
/** A character has at most four bytes in UTF-8. */
const maxTitleBytes = 4 * StreamCover.maxTitleLength
/** Of the poster in base64. */
const maxPosterBytes = 2 * StreamCover.maxPosterBytes

// JavaScript evaluates the fields of a literal in the written order, which is the order of the bytes.
export const ingestCodecs: Codecs<IngestMessage> = {
  acceptance: {
    tag: 0x10,
    write({ acceptance: { jobId, streamId, renditionKey, fromSequence, signature } }) {
      return [hex(jobId, 32), hex(streamId, 32), hex(renditionKey, 20), u64(fromSequence), hex(signature, 65)]
    },
    read(reader) {
      const job = { jobId: reader.hex(32), streamId: reader.hex(32) }
      const terms = { renditionKey: reader.hex(20), fromSequence: reader.u64(), signature: reader.hex(65) }
      return { acceptance: { ...job, ...terms } }
    },
  },
  assignment: {
    tag: 0x11,
    write({ assignment: { jobId, streamId, transcoder, renditionKey, fromSequence, signature } }) {
      const keys = [hex(transcoder, 20), hex(renditionKey, 20)]
      return [hex(jobId, 32), hex(streamId, 32), ...keys, u64(fromSequence), hex(signature, 65)]
    },
    read(reader) {
      const job = { jobId: reader.hex(32), streamId: reader.hex(32), transcoder: reader.hex(20) }
      const terms = { renditionKey: reader.hex(20), fromSequence: reader.u64(), signature: reader.hex(65) }
      return { assignment: { ...job, ...terms } }
    },
  },
  cover: {
    tag: 0xa5,
    write: ({ cover: { streamId, title, poster, signature } }) => [
      ...[hex(streamId, 32), text(title, maxTitleBytes), text(poster, maxPosterBytes), hex(signature, 65)],
    ],
    read: (reader) => ({
      cover: {
        ...{ streamId: reader.hex(32), title: reader.text(maxTitleBytes), poster: reader.text(maxPosterBytes) },
        signature: reader.hex(65),
      },
    }),
  },
  listing: {
    tag: 0xa6,
    write: ({ listing: { streamId, jobId, startedAtMs, isListed, signedAtMs, signature } }) => [
      ...[hex(streamId, 32), hex(jobId, 32), u64(startedAtMs), u8(isListed ? 1 : 0), u64(signedAtMs)],
      hex(signature, 65),
    ],
    read: (reader) => ({
      listing: {
        ...{ streamId: reader.hex(32), jobId: reader.hex(32), startedAtMs: reader.u64(), isListed: readFlag(reader) },
        ...{ signedAtMs: reader.u64(), signature: reader.hex(65) },
      },
    }),
  },
  begin: {
    tag: 0x12,
    write: ({ sequenceNumber, startTimeMs }) => [u64(sequenceNumber), u64(startTimeMs)],
    read: (reader) => ({ sequenceNumber: reader.u64(), startTimeMs: reader.u64() }),
  },
  bytes: {
    tag: 0x13,
    write: ({ sequenceNumber, offset, data }) => [u64(sequenceNumber), u32(offset), writeData(data)],
    read: (reader) => ({ sequenceNumber: reader.u64(), offset: reader.u32(), data: readData(reader) }),
  },
  part: {
    tag: 0xa0,
    write: ({ part }) => writePart(part),
    read: (reader) => ({ part: readPart(reader) }),
  },
  end: {
    tag: 0x14,
    write: ({ segment, length }) => [...writeSegment(segment), u32(length)],
    read: (reader) => ({ segment: readSegment(reader), length: reader.u32() }),
  },
  ack: {
    tag: 0x15,
    write: ({ sequenceNumber, receiptHash }) => [u64(sequenceNumber), hex(receiptHash, 32)],
    read: (reader) => ({ sequenceNumber: reader.u64(), receiptHash: reader.hex(32) }),
  },
  refusal: {
    tag: 0x16,
    write({ sequenceNumber, code, message }) {
      const about = sequenceNumber === undefined ? [u8(0)] : [u8(1), u64(sequenceNumber)]
      return [...about, text(code, maxCodeBytes), text(clip(message), maxTextBytes)]
    },
    read(reader) {
      const about = readFlag(reader) ? { sequenceNumber: reader.u64() } : {}
      return { ...about, code: reader.text(maxCodeBytes), message: reader.text(maxTextBytes) }
    },
  },
  streamEnd: {
    tag: 0x17,
    write({ streamEnd: { streamId, lastSequenceNumber, signature } }) {
      return [hex(streamId, 32), u64(lastSequenceNumber), hex(signature, 65)]
    },
    read: (reader) => ({
      streamEnd: { streamId: reader.hex(32), lastSequenceNumber: reader.u64(), signature: reader.hex(65) },
    }),
  },
}

/** The longest beginning of the text that fits in `maxTextBytes`, cut between two characters. */
function clip(value: string): string {
  const { read } = new TextEncoder().encodeInto(value, new Uint8Array(maxTextBytes))
  return value.slice(0, read).toWellFormed()
}
