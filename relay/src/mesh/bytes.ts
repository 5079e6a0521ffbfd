import { bytesToHex, type Hex, hexToBytes } from 'viem'

/** Reads the fields of a message in order. Every read first checks that enough bytes remain. */
export class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get remaining() {
    return this.#bytes.length - this.#offset
  }

  u8 = () => this.#view.getUint8(this.#advance(1))
  u16 = () => this.#view.getUint16(this.#advance(2))
  u32 = () => this.#view.getUint32(this.#advance(4))
  u64 = () => this.#view.getBigUint64(this.#advance(8))
  u96 = (): bigint => BigInt(this.hex(12))
  hex = (length: number): Hex => bytesToHex(this.bytes(length))

  /** The next bytes of the message, as a view. */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** Two bytes with the length of the text, then the text in UTF-8. */
  text(maxBytes: number): string {
    const length = this.#view.getUint16(this.#advance(2))
    if (length > maxBytes) throw new FormError(`text of ${length} bytes where ${maxBytes} are allowed`)
    const bytes = this.bytes(length)
    try {
      return decoder.decode(bytes)
    } catch {
      throw new FormError('text that is not UTF-8')
    }
  }

  #advance(length: number): number {
    if (length > this.remaining) throw new FormError(`ends ${length - this.remaining} bytes too early`)
    const start = this.#offset
    this.#offset += length
    return start
  }
}

export const u8 = (value: number) => Uint8Array.of(value)

export function u16(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff) throw new FormError(`${value} is not a uint16`)
  return Uint8Array.of(value >> 8, value & 0xff)
}

export function u32(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw new FormError(`${value} is not a uint32`)
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

export function u64(value: bigint): Uint8Array {
  if (value < 0n || value > 0xffff_ffff_ffff_ffffn) throw new FormError(`${value} is not a uint64`)
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, value)
  return bytes
}

export function u96(value: bigint): Uint8Array {
  if (value < 0n || value >= 2n ** 96n) throw new FormError(`${value} is not a uint96`)
  return hex(`0x${value.toString(16).padStart(24, '0')}`, 12)
}

export function hex(value: Hex, length: number): Uint8Array {
  if (value.length !== 2 + 2 * length || !/^0x[\da-f]*$/i.test(value))
    throw new FormError(`${value.slice(0, 140)} is not ${length} bytes of hexadecimal`)
  return hexToBytes(value)
}

export function text(value: string, maxBytes: number): Uint8Array {
  if (!value.isWellFormed()) throw new FormError('text that is not Unicode')
  const bytes = new TextEncoder().encode(value)
  if (bytes.length > maxBytes) throw new FormError(`text of ${bytes.length} bytes where ${maxBytes} are allowed`)
  return concat([Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes])
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

// Without `ignoreBOM`, the decoder would drop a byte order mark, and the decoded text would differ from the encoded text.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A field cannot be read or written. `wire` adds the type of the message to the error. */
export class FormError extends Error {
  override readonly name = 'bytes.FormError'
}
