import { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { concat, FormError, hex, Reader, u8 } from './bytes'
import type { Codec, Codecs } from './codec'
import { type IngestMessage, ingestCodecs } from './ingestMessages'
import { type ShareMessage, shareCodecs } from './shareMessages'
import { maxMessageBytes } from './Transport'

export { maxDataBytes } from './codec'
export { maxCodeBytes, maxTextBytes } from './ingestMessages'
export { maxHaveSpan } from './shareMessages'

/** Said in HELLO, the first message of a channel; all others are of the version that HELLO named. */
export const version = 1

export type Role = (typeof roles)[number]

/** What peers say to each other. Hashes, addresses and signatures come out of `decode` in lower case. */
export type Message = HelloMessage | IngestMessage | ShareMessage

export type HelloMessage = {
  type: 'hello'
  version: typeof version
  role: Role
  streamId: Hex
  /** 65 bytes; a viewer needs none. */
  signature?: Hex
}

const roles = ['viewer', 'relay', 'broadcaster'] as const

// Tags: 0x10–0x1f camera → transcoder, 0x20–0x2f between viewers.
const codecs: Codecs<Message> = {
  hello: {
    tag: 0x01,
    write({ version, role, streamId, signature }) {
      const proof = signature ? [hex(signature, 65)] : []
      return [u8(version), u8(roles.indexOf(role)), hex(streamId, 32), ...proof]
    },
    read(reader) {
      const hello = { version: readVersion(reader), role: readRole(reader), streamId: reader.hex(32) }
      return reader.remaining === 0 ? hello : { ...hello, signature: reader.hex(65) }
    },
  },
  ...ingestCodecs,
  ...shareCodecs,
}
const typeOf = new Map(Object.entries(codecs).map(([type, { tag }]) => [tag, type as Message['type']]))
const codecOf = (type: Message['type']) => codecs[type] as Codec<object>

/** A message as bytes. Throws `UnencodableError` for a field out of its bounds; a long `refusal.message` is cut. */
export function encode(message: Message): Uint8Array {
  const { tag, write } = codecOf(message.type)
  try {
    return concat([u8(tag), ...write(message)])
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
    const message = { type, ...codecOf(type).read(reader) } as Message
    if (reader.remaining > 0) throw new FormError(`${reader.remaining} bytes too many`)
    return message
  } catch (error) {
    if (error instanceof FormError) throw new MalformedError({ type, reason: error.message })
    throw error
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
