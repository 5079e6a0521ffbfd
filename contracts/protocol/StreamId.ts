import {
  type Address,
  concatHex,
  encodeAbiParameters,
  getAddress,
  type Hex,
  isHex,
  keccak256,
  size,
  sliceHex,
} from 'viem'
import { ProtocolError } from './errors'

/**
 * 32 bytes: 20-byte origin ‖ 12-byte nonce. The origin is the address of the key that signs the segments: the stream key or a rendition
 * key.
 */
export type StreamId = Hex

/** Throws `MalformedError` unless `nonce` has 12 bytes. */
export function create({ origin, nonce }: { origin: Address; nonce: Hex }): StreamId {
  return parse(concatHex([origin, nonce]))
}

/**
 * The StreamId of a new stream of `origin`, with a random nonce. If `mayRecord` is false, the StreamId itself asks all viewers and relays
 * not to record the stream. So the wish needs no message of its own, and each signature of the stream also covers the wish.
 */
export function random(origin: Address, { mayRecord = true }: { mayRecord?: boolean } = {}): StreamId {
  const nonce = crypto.getRandomValues(new Uint8Array(12))
  if (mayRecord) nonce[0] = (nonce[0] as number) | 1
  else nonce.fill(0, 0, unrecordedBytes)
  return concatHex([
    origin.toLowerCase() as Hex,
    `0x${Array.from(nonce, (byte) => byte.toString(16).padStart(2, '0')).join('')}`,
  ])
}

/**
 * A nonce that begins with this many zero bytes asks all viewers and relays not to record. StreamIds from before this rule have random
 * nonces: by chance, one in 2³² of them also begins with these zero bytes.
 */
const unrecordedBytes = 4

/** Whether the broadcaster allows recordings of the stream. */
export const mayRecord = (streamId: StreamId): boolean => BigInt(sliceHex(streamId, 20, 20 + unrecordedBytes)) !== 0n

/** Reads a StreamId from a text of another party (a link, a message). Throws `MalformedError`. */
export function parse(value: string): StreamId {
  if (!isHex(value) || size(value) !== 32) throw new MalformedError({ value })
  return value.toLowerCase() as StreamId
}

/** The address of the stream key. For a rendition: the address of the rendition key. */
export const origin = (streamId: StreamId): Address => getAddress(sliceHex(streamId, 0, 20))

/** StreamId of rendition `index` of a job. A rendition is a separate stream, signed by the rendition key. */
export function rendition({
  jobId,
  streamId,
  index,
  renditionKey,
}: {
  jobId: Hex
  streamId: StreamId
  index: number
  renditionKey: Address
}): StreamId {
  const nonce = keccak256(
    encodeAbiParameters(
      [{ type: 'bytes32' }, { type: 'bytes32' }, { type: 'uint256' }],
      [jobId, streamId, BigInt(index)],
    ),
  )
  return concatHex([renditionKey.toLowerCase() as Hex, sliceHex(nonce, 0, 12)])
}

/** The WebTorrent infohash under which the viewers of a source stream find each other on trackers: 20 bytes. */
export const infoHash = (streamId: StreamId): Hex => sliceHex(keccak256(streamId), 0, 20)

export class MalformedError extends ProtocolError {
  override readonly name = 'StreamId.MalformedError'
  constructor({ value }: { value: string }) {
    super('This is not a stream id.', {
      details: [`Value: ${value.slice(0, 80)}`, 'Expected: 0x and 64 hexadecimal digits'],
    })
  }
}
