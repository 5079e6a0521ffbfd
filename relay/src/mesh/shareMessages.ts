import type { Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { FormError, hex, type Reader, u8, u32, u64 } from './bytes'
import { type Codecs, readData, readFlag, readSegment, writeData, writeSegment } from './codec'

/**
 * Messages between viewers. `have` and `request` name a level by the StreamId of the source or rendition. A viewer therefore
 * keeps its peers when it changes the quality. The answer to `request` is `reject`, or `header` and then `data` messages in order
 * and without gaps. `reject` can also end an answer that has begun.
 */
export type ShareMessage =
  /**
   * Segments of a level that the sender holds, ascending: all of them (`isWhole`), or the segments that were added since the last
   * `have`.
   */
  | { type: 'have'; streamId: Hex; isWhole: boolean; sequenceNumbers: readonly bigint[] }
  | { type: 'request'; requestId: number; streamId: Hex; sequenceNumber: bigint }
  /** The signed header of the segment, and the length of its payload. */
  | { type: 'header'; requestId: number; segment: Segment.Segment; length: number }
  /** Bytes of the payload from `offset` on, at most `maxDataBytes`. */
  | { type: 'data'; requestId: number; offset: number; data: Uint8Array }
  /** The sender no longer wants the answer. Messages of the answer can still arrive. */
  | { type: 'cancel'; requestId: number }
  | { type: 'reject'; requestId: number; reason: RejectReason }

/**
 * `missing`: the sender does not hold the segment or piece, or its uploads are off. `busy`: the sender cannot upload now, and the receiver
 * can ask again later. `unpaid`: the sender's `Accounting` refuses to send more until the receiver has paid.
 */
export type RejectReason = (typeof reasons)[number]

/** In one `have`, the highest number minus the lowest number is less than this. */
export const maxHaveSpan = 256

const reasons = ['missing', 'busy', 'unpaid'] as const

// JavaScript evaluates the fields of a literal in the written order, which is the order of the bytes.
export const shareCodecs: Codecs<ShareMessage> = {
  have: {
    tag: 0x20,
    write({ streamId, isWhole, sequenceNumbers }) {
      if (!isWhole && sequenceNumbers.length === 0) throw new FormError('a HAVE that adds segments but names none')
      return [hex(streamId, 32), u8(isWhole ? 1 : 0), ...writeNumbers(sequenceNumbers)]
    },
    read(reader) {
      const have = { streamId: reader.hex(32), isWhole: readFlag(reader), sequenceNumbers: readNumbers(reader) }
      if (!have.isWhole && have.sequenceNumbers.length === 0)
        throw new FormError('a HAVE that adds segments but names none')
      return have
    },
  },
  request: {
    tag: 0x21,
    write: ({ requestId, streamId, sequenceNumber }) => [u32(requestId), hex(streamId, 32), u64(sequenceNumber)],
    read: (reader) => ({ requestId: reader.u32(), streamId: reader.hex(32), sequenceNumber: reader.u64() }),
  },
  header: {
    tag: 0x22,
    write: ({ requestId, segment, length }) => [u32(requestId), ...writeSegment(segment), u32(length)],
    read: (reader) => ({ requestId: reader.u32(), segment: readSegment(reader), length: reader.u32() }),
  },
  data: {
    tag: 0x23,
    write: ({ requestId, offset, data }) => [u32(requestId), u32(offset), writeData(data)],
    read: (reader) => ({ requestId: reader.u32(), offset: reader.u32(), data: readData(reader) }),
  },
  cancel: {
    tag: 0x24,
    write: ({ requestId }) => [u32(requestId)],
    read: (reader) => ({ requestId: reader.u32() }),
  },
  reject: {
    tag: 0x25,
    write: ({ requestId, reason }) => [u32(requestId), writeReason(reason)],
    read: (reader) => ({ requestId: reader.u32(), reason: readReason(reader) }),
  },
}

/** The first number, then a bit set: bit i stands for the first number plus i. The lowest bit of each byte comes first. */
function writeNumbers(numbers: readonly bigint[]): Uint8Array[] {
  const [first] = numbers
  const last = numbers.at(-1)
  if (first === undefined || last === undefined) return []
  if (last - first >= maxHaveSpan) throw new FormError(`numbers that differ by ${maxHaveSpan} or more`)
  const bits = new Uint8Array((Number(last - first) >> 3) + 1)
  let previous = first - 1n
  for (const number of numbers) {
    if (number <= previous) throw new FormError('numbers that do not ascend')
    const at = Number(number - first)
    bits[at >> 3] = (bits[at >> 3] as number) | (1 << (at & 7))
    previous = number
  }
  u64(last)
  return [u64(first), bits]
}

function readNumbers(reader: Reader): bigint[] {
  if (reader.remaining === 0) return []
  const first = reader.u64()
  const bits = reader.bytes(reader.remaining)
  if (bits.length > maxHaveSpan / 8) throw new FormError(`numbers that differ by ${maxHaveSpan} or more`)
  if (!((bits[0] ?? 0) & 1) || bits.at(-1) === 0) throw new FormError('numbers in a longer form than needed')
  const numbers: bigint[] = []
  for (let at = 0; at < bits.length * 8; at++)
    if ((bits[at >> 3] as number) & (1 << (at & 7))) numbers.push(first + BigInt(at))
  u64(numbers.at(-1) as bigint)
  return numbers
}

export const writeReason = (reason: RejectReason): Uint8Array => u8(reasons.indexOf(reason))

export function readReason(reader: Reader): RejectReason {
  const reason = reasons[reader.u8()]
  if (!reason) throw new FormError('an unknown reason')
  return reason
}
