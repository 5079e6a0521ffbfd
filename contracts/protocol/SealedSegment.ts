import { bytesToHex, concatHex, type Hex, hexToBytes, keccak256, sliceHex, toHex } from 'viem'
import * as EpochKey from './EpochKey'
import { ProtocolError } from './errors'
import type * as Part from './Part'
import type * as Segment from './Segment'
import * as StreamId from './StreamId'

/**
 * A segment of a paid stream, encrypted. Relays treat it as an ordinary `Segment` of another stream, the sealed stream. The sealed stream
 * has its own StreamId. The key that signs the segments of the paid stream also signs the sealed segments. The payload of a sealed
 * segment is a head of 32 bytes, and then the encrypted bytes, as many as the plaintext has. So each byte range, piece and part of a sealed
 * segment can be signed, checked, forwarded and decrypted without the rest of the segment. Decision 050.
 */
export type Head = {
  /** `EpochKey.id` of the key that encrypts the segment. */
  keyId: Hex
  /** 16 random bytes. No two encryptions with the same epoch key have the same salt. */
  salt: Hex
}

/** The length of the head, which is not encrypted. */
export const headBytes = 32
const version = 1
const keyIdAt = 4
const saltAt = 16
const blockBytes = 16

/** The StreamId of the sealed stream of a source or rendition. */
export const streamIdOf = (streamId: StreamId.StreamId): StreamId.StreamId =>
  concatHex([
    sliceHex(StreamId.parse(streamId), 0, 20),
    sliceHex(keccak256(concatHex([toHex('lp sealed stream'), StreamId.parse(streamId)])), 0, 12),
  ])

/** The header of the sealed segment. `cipherHash`: `PayloadTree.hash` of the sealed payload. Sign it with `Segment.sign`. */
export const headerOf = (segment: Segment.Header, cipherHash: Hex): Segment.Header => ({
  streamId: streamIdOf(segment.streamId),
  sequenceNumber: segment.sequenceNumber,
  startTimeMs: segment.startTimeMs,
  durationMs: segment.durationMs,
  dataHash: cipherHash,
})

/** The header of the sealed form of `part`. `cipherHash`: the hash of the first `part.length + headBytes` sealed bytes. */
export const partOf = (part: Part.Header, cipherHash: Hex): Part.Header => ({
  ...part,
  streamId: streamIdOf(part.streamId),
  length: part.length + headBytes,
  prefixHash: cipherHash,
})

/** A salt for the next encryption. */
export const randomSalt = (): Hex => bytesToHex(crypto.getRandomValues(new Uint8Array(headBytes - saltAt)))

export function encodeHead({ keyId, salt }: Head): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headBytes)
  bytes[0] = version
  bytes.set(hexToBytes(keyId, { size: saltAt - keyIdAt }), keyIdAt)
  bytes.set(hexToBytes(salt, { size: headBytes - saltAt }), saltAt)
  return bytes
}

/** Reads the head at the start of a sealed payload. Throws `HeadError`. */
export function decodeHead(payload: Uint8Array): Head {
  const isKnown = payload[0] === version && payload.subarray(1, keyIdAt).every((byte) => byte === 0)
  if (payload.length < headBytes || !isKnown) throw new HeadError({ payload })
  return {
    keyId: bytesToHex(payload.subarray(keyIdAt, saltAt)),
    salt: bytesToHex(payload.subarray(saltAt, headBytes)),
  }
}

/** Names the bytes that a cipher encrypts. `streamId`: of the source or rendition, not of the sealed stream. */
export type Place = { streamId: StreamId.StreamId; sequenceNumber: bigint; salt: Hex }

/**
 * Encrypts bytes of a segment, or decrypts encrypted bytes: the same function does both. `offset`: the position of `bytes` in the
 * plaintext. The head is not part of the plaintext.
 */
export type Cipher = (bytes: Uint8Array, offset: number) => Promise<Uint8Array<ArrayBuffer>>

/**
 * The cipher of one segment: AES-256 in counter mode. The key of the cipher is HKDF-SHA-256 of the epoch key, the salt and the StreamId.
 * The counter is the sequence number and the number of the block. Throws `EpochKey.LengthError`, `EpochKey.NoWebCryptoError`.
 */
export async function createCipher(key: Uint8Array, { streamId, sequenceNumber, salt }: Place): Promise<Cipher> {
  EpochKey.assertLength(key)
  const subtle = EpochKey.subtle()
  const secret = await subtle.importKey('raw', new Uint8Array(key), 'HKDF', false, ['deriveKey'])
  const info = hexToBytes(concatHex([toHex('lp sealed segment'), StreamId.parse(streamId)])) as Uint8Array<ArrayBuffer>
  const aes = await subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: hexToBytes(salt) as Uint8Array<ArrayBuffer>, info },
    secret,
    { name: 'AES-CTR', length: 256 },
    false,
    ['encrypt'],
  )
  return async (bytes, offset) => {
    const skipped = offset % blockBytes
    const padded = new Uint8Array(skipped + bytes.length)
    padded.set(bytes, skipped)
    const counter = counterOf(sequenceNumber, Math.floor(offset / blockBytes))
    const output = await subtle.encrypt({ name: 'AES-CTR', counter, length: 64 }, aes, padded)
    return new Uint8Array(output, skipped)
  }
}

function counterOf(sequenceNumber: bigint, block: number): Uint8Array<ArrayBuffer> {
  const counter = new Uint8Array(blockBytes)
  const view = new DataView(counter.buffer)
  view.setBigUint64(0, sequenceNumber)
  view.setBigUint64(8, BigInt(block))
  return counter
}

/** The sealed payload of a whole segment. Throws the errors of `createCipher`. */
export async function seal(payload: Uint8Array, key: Uint8Array, place: Place): Promise<Uint8Array<ArrayBuffer>> {
  const cipher = await createCipher(key, place)
  const sealed = new Uint8Array(headBytes + payload.length)
  sealed.set(encodeHead({ keyId: await EpochKey.id(key), salt: place.salt }))
  sealed.set(await cipher(payload, 0), headBytes)
  return sealed
}

/** The plaintext of a whole sealed payload. Throws `HeadError`, `WrongKeyError`, and the errors of `createCipher`. */
export async function open(
  sealed: Uint8Array,
  key: Uint8Array,
  place: Omit<Place, 'salt'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { keyId, salt } = decodeHead(sealed)
  await assertKey(key, keyId)
  const cipher = await createCipher(key, { ...place, salt })
  return cipher(sealed.subarray(headBytes), 0)
}

/** Throws `WrongKeyError` unless the key has this id. */
export async function assertKey(key: Uint8Array, keyId: Hex): Promise<void> {
  const given = await EpochKey.id(key)
  if (given !== keyId) throw new WrongKeyError({ wanted: keyId, given })
}

export class HeadError extends ProtocolError {
  override readonly name = 'SealedSegment.HeadError'
  constructor({ payload }: { payload: Uint8Array }) {
    super('The encrypted segment does not begin with a head that this program knows.', {
      details: [`Begins with: ${bytesToHex(payload.subarray(0, headBytes))}`, `Expected version: ${version}`],
    })
  }
}

export class WrongKeyError extends ProtocolError {
  override readonly name = 'SealedSegment.WrongKeyError'
  constructor({ wanted, given }: { wanted: Hex; given: Hex }) {
    super('This key does not decrypt the segment.', { details: [`Wanted key: ${wanted}`, `Given key: ${given}`] })
  }
}
