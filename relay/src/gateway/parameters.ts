import { StreamId } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { maxSegments } from '../records/SegmentList'
import type { PartPlace } from '../storage/Track'
import { badRequest } from './HttpError'
import type { From } from './heldSegments'
import type * as hls from './hls'
import type { Range } from './range'
import type { AskedPiece } from './segmentPieces'
import { maxWaitMs } from './serve'

// These functions read values from a path or from a query. Each function throws `HttpError` 400.

/** The largest number of pieces in one request. */
const maxPieces = 64

export function streamIdOf(value = ''): StreamId.StreamId {
  try {
    return StreamId.parse(value)
  } catch {
    throw badRequest('This is not a stream id.', 'Write 0x and 64 hexadecimal digits.')
  }
}

export function dataHashOf(value = ''): Hex {
  if (!/^0x[0-9a-f]{64}$/i.test(value))
    throw badRequest('This is not the hash of a payload.', 'Write 0x and 64 hexadecimal digits.')
  return value.toLowerCase() as Hex
}

export function afterOf(value: string | null): bigint | undefined {
  if (value === null) return undefined
  if (!/^(-1|\d{1,20})$/.test(value))
    throw badRequest(
      'The parameter “after” is not a sequence number.',
      'Write the number of your newest segment, or -1 to start at the first segment.',
    )
  return BigInt(value)
}

/** The largest number of past segments in one answer. */
export function heldOf(value: string): number {
  const limit = Number(value)
  if (!/^\d{1,4}$/.test(value) || limit < 1 || limit > maxSegments)
    throw badRequest('The parameter “held” is out of range.', `Write a number of segments from 1 to ${maxSegments}.`)
  return limit
}

/** The start of a list of past segments: the parameter `since` or `after`. */
export function fromOf(query: URLSearchParams): From {
  const since = query.get('since')
  if (since === null) return { after: afterOf(query.get('after')) ?? -1n }
  if (!/^\d{1,15}$/.test(since))
    throw badRequest('The parameter “since” is not a time.', 'Write Unix time in milliseconds.')
  return { sinceMs: Number(since) }
}

/** `<sequenceNumber>.<index>` of the newest part that the reader knows, or `none`. */
export function partOf(value: string | null): PartPlace | 'none' | undefined {
  if (value === null) return undefined
  if (value === 'none') return 'none'
  const [, sequenceNumber, index] = /^(\d{1,20})\.(\d{1,3})$/.exec(value) ?? []
  if (!sequenceNumber || !index)
    throw badRequest(
      'The parameter “part” does not name a part.',
      'Write the sequence number, a point and the index of your newest part, or the word “none”.',
    )
  return { sequenceNumber: BigInt(sequenceNumber), index: Number(index) }
}

/** `<first>-<last>`, both included. */
export function rangeOf(value: string | null): Range {
  const [, first, last] = /^(\d{1,9})-(\d{1,9})$/.exec(value ?? '') ?? []
  if (!first || !last || Number(first) > Number(last))
    throw badRequest(
      'The parameter “bytes” is not a range.',
      'Write the first and the last byte, for example bytes=0-16383.',
    )
  return { start: Number(first), end: Number(last) }
}

/** `<index>` or `<index>.<offset>`, with a comma between two pieces. */
export function piecesOf(value: string): AskedPiece[] {
  const pieces = value.split(',').map((piece) => /^(\d{1,4})(?:\.(\d{1,5}))?$/.exec(piece))
  if (pieces.length > maxPieces || pieces.some((piece) => !piece))
    throw badRequest(
      'The parameter “pieces” does not name pieces.',
      `Write at most ${maxPieces} numbers with commas, for example pieces=4.9000,5: piece 4 from its byte 9000 on, and piece 5.`,
    )
  return pieces.map((piece) => ({ index: Number(piece?.[1]), offset: Number(piece?.[2] ?? 0) }))
}

export function lengthOf(value: string | null): number {
  if (!/^\d{1,9}$/.test(value ?? ''))
    throw badRequest(
      'The parameter “of” is not a length.',
      'Write the length of the part or of the segment that contains the pieces.',
    )
  return Number(value)
}

/** The parameters of a blocking reload: RFC 8216bis, 6.2.5.2. */
export function awaitedOf(query: URLSearchParams): hls.Awaited | undefined {
  const [segment, part] = [query.get('_HLS_msn'), query.get('_HLS_part')]
  if (segment === null && part === null) return undefined
  if (!/^\d{1,20}$/.test(segment ?? '') || !/^\d{1,3}$/.test(part ?? '0'))
    throw badRequest(
      '_HLS_msn or _HLS_part is not a number.',
      'Write the number of a segment, and the number of a part.',
    )
  return { sequenceNumber: BigInt(segment as string), index: part === null ? undefined : Number(part) }
}

export function waitMsOf(value: string | null): number {
  const waitMs = Number(value ?? '0')
  if (!/^\d{0,5}$/.test(value ?? '') || waitMs > maxWaitMs)
    throw badRequest('The parameter “waitMs” is out of range.', `Write milliseconds from 0 to ${maxWaitMs}.`)
  return waitMs
}
