import type { Part, Segment } from '@lp/contracts/protocol'
import { FormError, hex, type Reader, u32, u64 } from './bytes'

/** The byte format of one type of message. `write` and `read` throw `FormError`. `read` accepts only bytes that `write` produces. */
export type Codec<Fields> = {
  /** The first byte of the message. */
  tag: number
  write(fields: Fields): Uint8Array[]
  read(reader: Reader): Fields
}

/** One codec for each type of message in a union. */
export type Codecs<Message extends { type: string }> = {
  [Type in Message['type']]: Codec<Omit<Extract<Message, { type: Type }>, 'type'>>
}

/** The largest number of payload bytes in one message. */
export const maxDataBytes = 48 * 1024

export function writeData(data: Uint8Array): Uint8Array {
  assertDataLength(data.length)
  return data
}

/** The remaining bytes of the message, as a view. */
export function readData(reader: Reader): Uint8Array {
  assertDataLength(reader.remaining)
  return reader.bytes(reader.remaining)
}

function assertDataLength(length: number) {
  if (length > maxDataBytes) throw new FormError(`${length} bytes of data where ${maxDataBytes} are allowed`)
}

export function writeSegment(segment: Segment.Segment): Uint8Array[] {
  const { streamId, sequenceNumber, startTimeMs, durationMs, dataHash, signature } = segment
  const times = [u64(startTimeMs), u32(durationMs)]
  return [hex(streamId, 32), u64(sequenceNumber), ...times, hex(dataHash, 32), hex(signature, 65)]
}

// JavaScript evaluates the fields of a literal in the written order, which is the order of the bytes.
export const readSegment = (reader: Reader): Segment.Segment => ({
  streamId: reader.hex(32),
  sequenceNumber: reader.u64(),
  startTimeMs: reader.u64(),
  durationMs: reader.u32(),
  dataHash: reader.hex(32),
  signature: reader.hex(65),
})

export function writePart(part: Part.Part): Uint8Array[] {
  const { streamId, sequenceNumber, startTimeMs, index, length, durationMs, prefixHash, signature } = part
  const place = [hex(streamId, 32), u64(sequenceNumber), u64(startTimeMs)]
  return [...place, u32(index), u32(length), u32(durationMs), hex(prefixHash, 32), hex(signature, 65)]
}

export const readPart = (reader: Reader): Part.Part => ({
  streamId: reader.hex(32),
  sequenceNumber: reader.u64(),
  startTimeMs: reader.u64(),
  index: reader.u32(),
  length: reader.u32(),
  durationMs: reader.u32(),
  prefixHash: reader.hex(32),
  signature: reader.hex(65),
})

export function readFlag(reader: Reader): boolean {
  const flag = reader.u8()
  if (flag > 1) throw new FormError('a flag that is neither 0 nor 1')
  return flag === 1
}
