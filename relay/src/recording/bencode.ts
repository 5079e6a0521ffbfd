import { ProtocolError } from '@lp/contracts/protocol'

/** A value in the encoding of torrents (BEP 3). Negative integers and lists are left out, because a recording contains none. */
export type Value = number | Uint8Array | Dictionary
export type Dictionary = ReadonlyMap<string, Value>

/** A dictionary that is nested in this number of dictionaries is refused. */
const maxDepth = 4

/**
 * Encodes a value. The bytes are the same for equal values. A number must be a safe integer of at least 0. Keys must be printable ASCII.
 */
export function encode(value: Value): Uint8Array<ArrayBuffer> {
  const chunks = [...chunksOf(value)]
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

function* chunksOf(value: Value): Generator<Uint8Array> {
  if (typeof value === 'number') yield ascii(`i${value}e`)
  else if (value instanceof Uint8Array) yield* [ascii(`${value.length}:`), value]
  else {
    yield ascii('d')
    for (const key of [...value.keys()].sort()) {
      yield* chunksOf(ascii(key))
      yield* chunksOf(value.get(key) as Value)
    }
    yield ascii('e')
  }
}

/** Decodes a dictionary. Throws `NotCanonicalError` unless `encode` gives exactly these bytes for the result. */
export function decode(bytes: Uint8Array): Dictionary {
  const reader = new Reader(bytes)
  const value = reader.value(0)
  if (!(value instanceof Map) || reader.offset !== bytes.length) throw new NotCanonicalError({ offset: reader.offset })
  return value
}

class Reader {
  offset = 0
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  value(depth: number): Value {
    const first = this.#bytes[this.offset]
    if (first === code.integer) {
      this.offset++
      return this.#integer(code.end)
    }
    if (first !== code.dictionary) return this.#string()
    if (depth === maxDepth) throw this.#refusal()
    this.offset++
    const dictionary = new Map<string, Value>()
    let last: string | undefined
    while (this.#bytes[this.offset] !== code.end) {
      const key = String.fromCharCode(...this.#string(maxKeyBytes))
      if (!/^[ -~]*$/.test(key) || (last !== undefined && key <= last)) throw this.#refusal()
      last = key
      dictionary.set(key, this.value(depth + 1))
    }
    this.offset++
    return dictionary
  }

  #string(maxLength = Number.POSITIVE_INFINITY): Uint8Array {
    const length = this.#integer(code.colon)
    const end = this.offset + length
    if (length > maxLength || end > this.#bytes.length) throw this.#refusal()
    const string = this.#bytes.subarray(this.offset, end)
    this.offset = end
    return string
  }

  /** Reads decimal digits, without a leading zero, and the byte `end`. */
  #integer(end: number): number {
    const start = this.offset
    let value = 0
    for (; this.#bytes[this.offset] !== end; this.offset++) {
      const digit = (this.#bytes[this.offset] ?? 0) - code.zero
      const isLeadingZero = this.offset > start && this.#bytes[start] === code.zero
      value = 10 * value + digit
      if (digit < 0 || digit > 9 || isLeadingZero || value > Number.MAX_SAFE_INTEGER) throw this.#refusal()
    }
    if (this.offset === start) throw this.#refusal()
    this.offset++
    return value
  }

  #refusal(): NotCanonicalError {
    return new NotCanonicalError({ offset: this.offset })
  }
}

const maxKeyBytes = 64
const code = { integer: 0x69, dictionary: 0x64, end: 0x65, colon: 0x3a, zero: 0x30 }
const ascii = (text: string) => new TextEncoder().encode(text)

export class NotCanonicalError extends ProtocolError {
  override readonly name = 'bencode.NotCanonicalError'
  constructor({ offset }: { offset: number }) {
    super('The torrent does not have the encoding of a recording.', { details: [`At byte: ${offset}`] })
  }
}
