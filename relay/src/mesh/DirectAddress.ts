import { ProtocolError } from '@lp/contracts/protocol'
import { bytesToHex, type Hex, hexToBytes } from 'viem'
import { toBytes, toText } from './ipAddress'

/**
 * All that a viewer needs to connect to a relay without a tracker and without HTTP. The certificate of the relay stays the same for years.
 * So a link with this address stays valid while the relay keeps its IP addresses and its port.
 */
export type DirectAddress = {
  /** One IPv4 address, one IPv6 address, or both, as text. */
  hosts: readonly string[]
  /** UDP port. */
  port: number
  /** SHA-256 of the relay's DTLS certificate. */
  certificateHash: Hex
}

/** Port, addresses and hash in base64url: 51, 67 or 72 characters. Throws `MalformedError`. */
export function encode({ hosts, port, certificateHash }: DirectAddress): string {
  const addresses = hosts.map((host) => toBytes(host) ?? [])
  const bytes = Uint8Array.from([
    port >>> 8,
    port & 255,
    ...addresses.flatMap((host) => [...host]),
    ...hexToBytes(certificateHash),
  ])
  const text = toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_')
  decode(text)
  return text
}

/** Throws `MalformedError`. */
export function decode(text: string): DirectAddress {
  const bytes = /^[\w-]{51,72}$/.test(text) ? fromBase64(text.replaceAll('-', '+').replaceAll('_', '/')) : undefined
  const lengths = bytes && hostLengths[bytes.length - portBytes - hashBytes]
  if (!bytes || !lengths) throw new MalformedError()
  const port = new DataView(bytes.buffer).getUint16(0)
  let at = portBytes
  const hosts = lengths.map((length) => {
    at += length
    return toText(bytes.subarray(at - length, at))
  })
  if (port === 0) throw new MalformedError()
  return { hosts, port, certificateHash: bytesToHex(bytes.subarray(at)) }
}

const portBytes = 2
const hashBytes = 32
const hostLengths: Record<number, number[]> = { 4: [4], 16: [16], 20: [4, 16] }

/** Base64 without padding. */
export const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replaceAll('=', '')

/** `undefined` if the text is not base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

export class MalformedError extends ProtocolError {
  override readonly name = 'DirectAddress.MalformedError'
  constructor() {
    super('This text is not the address of a relay.')
  }
}
