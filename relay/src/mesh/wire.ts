import { ProtocolError } from '@lp/contracts/protocol'
import { type Address, type Hex, zeroAddress } from 'viem'
import { concat, FormError, hex, Reader, u8, u64 } from './bytes'
import type { Codec, Codecs } from './codec'
import { type IngestMessage, ingestCodecs } from './ingestMessages'
import { type IntroductionMessage, introductionCodecs } from './introductionMessages'
import { type KeyMessage, keyCodecs } from './keyMessages'
import { type PaymentMessage, paymentCodecs } from './paymentMessage'
import { type PieceMessage, pieceCodecs } from './pieceMessages'
import { type SaleMessage, saleCodecs } from './saleMessages'
import { type ShareMessage, shareCodecs } from './shareMessages'
import { maxMessageBytes } from './Transport'

export { maxDataBytes } from './codec'
export { maxCodeBytes, maxTextBytes } from './ingestMessages'
export { maxMembers } from './introductionMessages'
export { maxKeyBytes } from './keyMessages'
export { maxPaymentBytes } from './paymentMessage'
export { maxCircle, maxFollowed, maxPieces, maxRecordBytes } from './pieceMessages'
export { maxHaveSpan } from './shareMessages'

/** HELLO, the first message of a channel, names the version. All later messages of the channel are of this version. */
export const version = 1

export type Role = (typeof roles)[number]

/**
 * A message with this tag or a higher tag is optional: a peer that does not know the tag ignores the message. A message with a
 * lower tag is mandatory: a peer that does not know the tag closes the channel.
 */
export const firstOptionalTag = 0x80

/** Messages between peers. `decode` gives hashes, addresses and signatures in lower case. */
export type Message =
  | HelloMessage
  | IngestMessage
  | SaleMessage
  | ShareMessage
  | PieceMessage
  | PaymentMessage
  | KeyMessage
  | IntroductionMessage

export type HelloMessage = {
  type: 'hello'
  version: typeof version
  role: Role
  streamId: Hex
  /** A bit set, uint64: see `capabilities`. The receiver ignores bits that it does not know. */
  capabilities: bigint
  /** Never the zero address. */
  paymentKey?: Address
  /** 65 bytes: see `Hello.sign`. A viewer without a payment key needs no signature. */
  signature?: Hex
}

const roles = ['viewer', 'relay', 'broadcaster'] as const
const signatureBytes = 65

// Tags: 0x10–0x1f between broadcaster and transcoder, 0x20–0x2f between viewers. Optional: 0x80–0x8f payments and keys, 0x90 `alive` of
// WebSocket, 0xa0–0xa6 `part`, paid streams,
// `cover` and `listing` of a broadcaster, 0xb0–0xbf pieces and 0xc0–0xc3 introductions between members of a room.
const codecs: Codecs<Message> = {
  hello: {
    tag: 0x01,
    write({ version, role, streamId, signature, ...extensions }) {
      const proof = signature ? [hex(signature, signatureBytes)] : []
      return [u8(version), u8(roles.indexOf(role)), hex(streamId, 32), ...writeExtensions(extensions), ...proof]
    },
    read(reader) {
      const hello = { version: readVersion(reader), role: readRole(reader), streamId: reader.hex(32) }
      const isSigned = reader.remaining >= signatureBytes
      const extensions = readExtensions(reader, { endBytes: isSigned ? signatureBytes : 0 })
      return { ...hello, ...extensions, ...(isSigned && { signature: reader.hex(signatureBytes) }) }
    },
  },
  ...ingestCodecs,
  ...saleCodecs,
  ...shareCodecs,
  ...pieceCodecs,
  ...introductionCodecs,
  ...paymentCodecs,
  ...keyCodecs,
}
const typeOf = new Map(Object.entries(codecs).map(([type, { tag }]) => [tag, type as Message['type']]))
const codecOf = (type: Message['type']) => codecs[type] as Codec<object>

/** Encodes a message. Cuts a long `refusal.message`. Throws `UnencodableError` for any other field out of its bounds. */
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
 * Reads a message from the bytes of a stranger. `data`, `path`, `record`, `payment` and `content` of the message are views of these bytes.
 * Accepts only bytes that `encode` writes. `undefined`: an optional message with an unknown tag. Throws `TooLargeError`,
 * `UnknownTypeError`, `UnsupportedVersionError`, `MalformedError`. All are subclasses of `WireError`.
 */
export function decode(bytes: Uint8Array): Message | undefined {
  if (bytes.length > maxMessageBytes) throw new TooLargeError({ bytes: bytes.length })
  const reader = new Reader(bytes)
  const tag = bytes.length > 0 ? reader.u8() : undefined
  const type = typeOf.get(tag ?? 0)
  if (!type && tag !== undefined && tag >= firstOptionalTag) return undefined
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
  if (!role) throw new FormError('an unknown role')
  return role
}

type Extensions = Pick<HelloMessage, 'capabilities' | 'paymentKey'>

/** Writes nothing, or the capabilities, or the capabilities and the payment key. */
function writeExtensions({ capabilities, paymentKey }: Extensions): Uint8Array[] {
  if (paymentKey === zeroAddress) throw new FormError('the zero address as payment key')
  if (paymentKey) return [u64(capabilities), hex(paymentKey, 20)]
  return capabilities === 0n ? [] : [u64(capabilities)]
}

/** Reads all bytes except the last `endBytes` bytes of the message. */
function readExtensions(reader: Reader, { endBytes }: { endBytes: number }): Extensions {
  if (reader.remaining === endBytes) return { capabilities: 0n }
  const capabilities = reader.u64()
  const paymentKey = reader.remaining === endBytes ? undefined : reader.hex(20)
  if (paymentKey === zeroAddress) throw new FormError('the zero address as payment key')
  if (!paymentKey && capabilities === 0n) throw new FormError('capabilities of 0 without a payment key')
  return { capabilities, ...(paymentKey && { paymentKey }) }
}

/** Base of all errors that `decode` throws. */
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
    super('The peer sent a mandatory message that we do not know.', {
      details: [`Tag: ${tag ?? 'none, the message is empty'}`],
    })
  }
}

export class UnsupportedVersionError extends WireError {
  override readonly name = 'Wire.UnsupportedVersionError'
  constructor(peer: { version: number }) {
    super('The peer uses another version of the protocol.', {
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
