import { createHmac, timingSafeEqual } from 'node:crypto'
import type { RemoteInfo } from 'node:dgram'
import { crc32 } from 'node:zlib'
import { success } from './stun'

/** The user names in a connectivity check of ICE (RFC 8445): a Binding request of STUN with USERNAME and MESSAGE-INTEGRITY. */
export type IceCheck = {
  /** The ICE user name of the receiver. */
  receiver: string
  /** The ICE user name of the sender. */
  sender: string
}

const headerBytes = 20
const bindingRequest = 0x0001
const bindingResponse = 0x0101
const magicCookie = 0x2112a442
const userNameType = 0x0006
const integrityType = 0x0008
const integrityBytes = 20
const fingerprintType = 0x8028
const fingerprintBytes = 4
/** RFC 8489, section 14.7. */
const fingerprintMask = 0x5354554e
/** Each of the two user names has at most 256 characters, and one colon is between them. */
const maxUserNameBytes = 513
const userNames = /^([A-Za-z\d+/]{4,256}):([A-Za-z\d+/]{4,256})$/

/** Whether the packet begins like a Binding request of STUN. */
export const isRequest = (packet: Buffer): boolean =>
  packet.length >= headerBytes && packet.readUInt16BE(0) === bindingRequest

/** Reads a connectivity check. Returns `undefined` for every other packet. */
export function read(packet: Buffer): IceCheck | undefined {
  if (
    !isRequest(packet) ||
    packet.readUInt16BE(2) !== packet.length - headerBytes ||
    packet.readUInt32BE(4) !== magicCookie
  )
    return undefined
  const userName = attribute(packet, userNameType)
  if (!userName || userName.length > maxUserNameBytes) return undefined
  const [, receiver, sender] = userNames.exec(userName.value.toString('latin1')) ?? []
  return receiver && sender ? { receiver, sender } : undefined
}

/** Whether the sender of this packet knows the receiver's password. */
export function isAuthentic(packet: Buffer, password: string): boolean {
  const integrity = attribute(packet, integrityType)
  if (integrity?.length !== integrityBytes) return false
  // The hash covers the packet up to this attribute. In the hashed header, the length field says that the packet ends after this attribute.
  const covered = withLength(packet.subarray(0, integrity.at), integrity.at + 4 + integrityBytes)
  return timingSafeEqual(createHmac('sha1', password).update(covered).digest(), integrity.value)
}

/** Whether the packet says that a check was successful. */
export const isAnswer = (packet: Buffer): boolean =>
  packet.length >= headerBytes && packet.readUInt16BE(0) === bindingResponse

/**
 * The packet `answer` (an answer to a check), changed so that it names `remote` as the address from which the check came. `undefined` if no
 * packet can be sent to `remote`.
 */
export function answerTo(remote: Pick<RemoteInfo, 'address' | 'port'>, answer: Buffer, password: string) {
  const plain = success(answer, remote)
  if (!plain) return undefined
  const covered = withLength(plain, plain.length + 4 + integrityBytes)
  const signed = Buffer.concat([
    covered,
    head(integrityType, integrityBytes),
    createHmac('sha1', password).update(covered).digest(),
  ])
  const whole = withLength(signed, signed.length + 4 + fingerprintBytes)
  const fingerprint = Buffer.alloc(fingerprintBytes)
  fingerprint.writeUInt32BE((crc32(whole) ^ fingerprintMask) >>> 0)
  return Buffer.concat([whole, head(fingerprintType, fingerprintBytes), fingerprint])
}

/** A copy of the packet whose header says that the packet ends at `end`. */
function withLength(packet: Buffer, end: number): Buffer {
  const copy = Buffer.from(packet)
  copy.writeUInt16BE(end - headerBytes, 2)
  return copy
}

function head(type: number, length: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt16BE(type, 0)
  bytes.writeUInt16BE(length, 2)
  return bytes
}

function attribute(packet: Buffer, type: number): { at: number; length: number; value: Buffer } | undefined {
  for (let at = headerBytes; at + 4 <= packet.length; ) {
    const length = packet.readUInt16BE(at + 2)
    const end = at + 4 + length
    if (end > packet.length) return undefined
    if (packet.readUInt16BE(at) === type) return { at, length, value: packet.subarray(at + 4, end) }
    // Attributes begin at multiples of four bytes.
    at = end + ((4 - (length % 4)) % 4)
  }
  return undefined
}
