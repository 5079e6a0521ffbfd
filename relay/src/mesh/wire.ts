import { type Acceptance, type Assignment, ProtocolError, type Segment, type StreamEnd } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { concat, FormError, hex, Reader, text, u8, u32, u64 } from './bytes'
import { maxMessageBytes } from './Transport'

/** Said in HELLO, the first message of a channel; all others are of the version that HELLO named. */
export const version = 1

export type Role = (typeof roles)[number]

/** What peers say to each other. Hashes, addresses and signatures come out of `decode` in lower case. */
export type Message =
  | {
      type: 'hello'
      version: typeof version
      role: Role
      streamId: Hex /** 65 bytes; a viewer needs none. */
      signature?: Hex
    }
  | { type: 'acceptance'; acceptance: Acceptance.Acceptance }
  | { type: 'assignment'; assignment: Assignment.Assignment }
  /** A segment begins; its bytes follow while it is being encoded. */
  | { type: 'begin'; sequenceNumber: bigint; startTimeMs: bigint }
  /** A piece of at most `maxDataBytes` at `offset` of the payload. */
  | { type: 'bytes'; sequenceNumber: bigint; offset: number; data: Uint8Array }
  /** The segment is complete: `length` bytes of payload in all, hashed and signed. */
  | { type: 'end'; segment: Segment.Segment; length: number }
  | { type: 'ack'; sequenceNumber: bigint; receiptHash: Hex }
  /** `code` is for machines, `message` for people; about one segment, or about the whole stream. */
  | { type: 'refusal'; sequenceNumber?: bigint; code: string; message: string }
  | { type: 'streamEnd'; streamEnd: StreamEnd.StreamEnd }

export const maxDataBytes = 48 * 1024
export const maxCodeBytes = 64
export const maxTextBytes = 256

const roles = ['viewer', 'relay', 'broadcaster'] as const

// 0x10–0x1f: camera → transcoder. 0x20–0x2f: between viewers.
const tags = {
  hello: 0x01,
  acceptance: 0x10,
  assignment: 0x11,
  begin: 0x12,
  bytes: 0x13,
  end: 0x14,
  ack: 0x15,
  refusal: 0x16,
  streamEnd: 0x17,
} as const
const typeOf = new Map(Object.entries(tags).map(([type, tag]) => [tag as number, type as Message['type']]))

/** A message as bytes. Throws `UnencodableError` for a field out of its bounds; a long `refusal.message` is cut. */
export function encode(message: Message): Uint8Array {
  try {
    return concat([u8(tags[message.type]), ...fields(message)])
  } catch (error) {
    if (error instanceof FormError) throw new UnencodableError({ type: message.type, reason: error.message })
    throw error
  }
}

/**
 * Bytes from a stranger as a message; `data` is a view of them. Only what `encode` writes is read. Throws `TooLargeError`,
 * `UnknownTypeError`, `UnsupportedVersionError`, `MalformedError`, all of them `WireError`.
 */
export function decode(bytes: Uint8Array): Message {
  if (bytes.length > maxMessageBytes) throw new TooLargeError({ bytes: bytes.length })
  const reader = new Reader(bytes)
  const tag = bytes.length > 0 ? reader.u8() : undefined
  const type = typeOf.get(tag ?? 0)
  if (!type) throw new UnknownTypeError({ tag })
  try {
    const message = read(type, reader)
    if (reader.remaining > 0) throw new FormError(`${reader.remaining} bytes too many`)
    return message
  } catch (error) {
    if (error instanceof FormError) throw new MalformedError({ type, reason: error.message })
    throw error
  }
}

function fields(message: Message): Uint8Array[] {
  switch (message.type) {
    case 'hello': {
      const { role, streamId, signature } = message
      const proof = signature ? [hex(signature, 65)] : []
      return [u8(message.version), u8(roles.indexOf(role)), hex(streamId, 32), ...proof]
    }
    case 'acceptance': {
      const { jobId, streamId, renditionKey, fromSequence, signature } = message.acceptance
      return [hex(jobId, 32), hex(streamId, 32), hex(renditionKey, 20), u64(fromSequence), hex(signature, 65)]
    }
    case 'assignment': {
      const { jobId, streamId, transcoder, renditionKey, fromSequence, signature } = message.assignment
      const keys = [hex(transcoder, 20), hex(renditionKey, 20)]
      return [hex(jobId, 32), hex(streamId, 32), ...keys, u64(fromSequence), hex(signature, 65)]
    }
    case 'begin':
      return [u64(message.sequenceNumber), u64(message.startTimeMs)]
    case 'bytes': {
      const { sequenceNumber, offset, data } = message
      assertDataLength(data.length)
      return [u64(sequenceNumber), u32(offset), data]
    }
    case 'end': {
      const { streamId, sequenceNumber, startTimeMs, durationMs, dataHash, signature } = message.segment
      const times = [u64(startTimeMs), u32(durationMs)]
      return [
        hex(streamId, 32),
        u64(sequenceNumber),
        ...times,
        hex(dataHash, 32),
        hex(signature, 65),
        u32(message.length),
      ]
    }
    case 'ack':
      return [u64(message.sequenceNumber), hex(message.receiptHash, 32)]
    case 'refusal': {
      const { sequenceNumber, code } = message
      const about = sequenceNumber === undefined ? [u8(0)] : [u8(1), u64(sequenceNumber)]
      return [...about, text(code, maxCodeBytes), text(clip(message.message), maxTextBytes)]
    }
    case 'streamEnd': {
      const { streamId, lastSequenceNumber, signature } = message.streamEnd
      return [hex(streamId, 32), u64(lastSequenceNumber), hex(signature, 65)]
    }
  }
}

// A literal's fields are evaluated in the order in which they are written: that of the bytes.
function read(type: Message['type'], reader: Reader): Message {
  switch (type) {
    case 'hello': {
      const hello = { type, version: readVersion(reader), role: readRole(reader), streamId: reader.hex(32) }
      return reader.remaining === 0 ? hello : { ...hello, signature: reader.hex(65) }
    }
    case 'acceptance': {
      const job = { jobId: reader.hex(32), streamId: reader.hex(32) }
      const terms = { renditionKey: reader.hex(20), fromSequence: reader.u64(), signature: reader.hex(65) }
      return { type, acceptance: { ...job, ...terms } }
    }
    case 'assignment': {
      const job = { jobId: reader.hex(32), streamId: reader.hex(32), transcoder: reader.hex(20) }
      const terms = { renditionKey: reader.hex(20), fromSequence: reader.u64(), signature: reader.hex(65) }
      return { type, assignment: { ...job, ...terms } }
    }
    case 'begin':
      return { type, sequenceNumber: reader.u64(), startTimeMs: reader.u64() }
    case 'bytes': {
      const place = { sequenceNumber: reader.u64(), offset: reader.u32() }
      assertDataLength(reader.remaining)
      return { type, ...place, data: reader.bytes(reader.remaining) }
    }
    case 'end': {
      const place = { streamId: reader.hex(32), sequenceNumber: reader.u64() }
      const times = { startTimeMs: reader.u64(), durationMs: reader.u32() }
      const segment = { ...place, ...times, dataHash: reader.hex(32), signature: reader.hex(65) }
      return { type, segment, length: reader.u32() }
    }
    case 'ack':
      return { type, sequenceNumber: reader.u64(), receiptHash: reader.hex(32) }
    case 'refusal': {
      const about = readFlag(reader) ? { sequenceNumber: reader.u64() } : {}
      return { type, ...about, code: reader.text(maxCodeBytes), message: reader.text(maxTextBytes) }
    }
    case 'streamEnd': {
      const streamEnd = { streamId: reader.hex(32), lastSequenceNumber: reader.u64(), signature: reader.hex(65) }
      return { type, streamEnd }
    }
  }
}

function readVersion(reader: Reader): typeof version {
  const spoken = reader.u8()
  if (spoken !== version) throw new UnsupportedVersionError({ version: spoken })
  return spoken
}

function readRole(reader: Reader): Role {
  const role = roles[reader.u8()]
  if (!role) throw new FormError('a role that does not exist')
  return role
}

function readFlag(reader: Reader): boolean {
  const flag = reader.u8()
  if (flag > 1) throw new FormError('a flag that is neither 0 nor 1')
  return flag === 1
}

function assertDataLength(length: number) {
  if (length > maxDataBytes) throw new FormError(`${length} bytes of data where ${maxDataBytes} are allowed`)
}

/** What fits of a text, cut between characters. */
function clip(value: string): string {
  const { read } = new TextEncoder().encodeInto(value, new Uint8Array(maxTextBytes))
  return value.slice(0, read).toWellFormed()
}

/** Base of all that `decode` throws. */
export abstract class WireError extends ProtocolError {}

export class TooLargeError extends WireError {
  override readonly name = 'Wire.TooLargeError'
  constructor({ bytes }: { bytes: number }) {
    super('The message is too large.', { details: [`Bytes: ${bytes}`, `Allowed: ${maxMessageBytes}`] })
  }
}

export class UnknownTypeError extends WireError {
  override readonly name = 'Wire.UnknownTypeError'
  constructor({ tag }: { tag: number | undefined }) {
    super('This is no message that we know.', { details: [`Type: ${tag ?? 'none, the message is empty'}`] })
  }
}

export class UnsupportedVersionError extends WireError {
  override readonly name = 'Wire.UnsupportedVersionError'
  constructor(peer: { version: number }) {
    super('The peer speaks another version of the protocol.', {
      details: [`Theirs: ${peer.version}`, `Ours: ${version}`],
    })
  }
}

export class MalformedError extends WireError {
  override readonly name = 'Wire.MalformedError'
  constructor({ type, reason }: { type: Message['type']; reason: string }) {
    super('The message is not well formed.', { details: [`Message: ${type}`, `Reason: ${reason}`] })
  }
}

export class UnencodableError extends ProtocolError {
  override readonly name = 'Wire.UnencodableError'
  constructor({ type, reason }: { type: Message['type']; reason: string }) {
    super('The message has a field out of its bounds.', { details: [`Message: ${type}`, `Reason: ${reason}`] })
  }
}
