import type { StreamEnd, StreamId } from '@lp/contracts/protocol'
import { bytesToHex, hexToBytes } from 'viem'
import type { Publication } from '../records/Publication'

/** The bytes of one signed header: sequenceNumber, startTimeMs, durationMs, byteLength, dataHash, signature. Integers are big-endian. */
export const headerBytes = 8 + 8 + 4 + 4 + 32 + 65

/** The signed headers of a recording, one after another. */
export function encodeHeaders(segments: readonly Publication[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(segments.length * headerBytes)
  const view = new DataView(bytes.buffer)
  for (const [index, segment] of segments.entries()) {
    const at = index * headerBytes
    view.setBigUint64(at, segment.sequenceNumber)
    view.setBigUint64(at + 8, segment.startTimeMs)
    view.setUint32(at + 16, segment.durationMs)
    view.setUint32(at + 20, segment.byteLength)
    bytes.set(hexToBytes(segment.dataHash), at + 24)
    bytes.set(hexToBytes(segment.signature), at + 56)
  }
  return bytes
}

/** The length of `bytes` must be a multiple of `headerBytes`. The signatures are not checked. */
export function decodeHeaders(bytes: Uint8Array, streamId: StreamId.StreamId): Publication[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length / headerBytes }, (_, index) => {
    const at = index * headerBytes
    return {
      streamId,
      sequenceNumber: view.getBigUint64(at),
      startTimeMs: view.getBigUint64(at + 8),
      durationMs: view.getUint32(at + 16),
      byteLength: view.getUint32(at + 20),
      dataHash: bytesToHex(bytes.subarray(at + 24, at + 56)),
      signature: bytesToHex(bytes.subarray(at + 56, at + headerBytes)),
    }
  })
}

/** The bytes of a signed end: lastSequenceNumber, signature. */
export const endBytes = 8 + 65

export function encodeEnd({ lastSequenceNumber, signature }: StreamEnd.StreamEnd): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(endBytes)
  new DataView(bytes.buffer).setBigUint64(0, lastSequenceNumber)
  bytes.set(hexToBytes(signature), 8)
  return bytes
}

/** `bytes` must have `endBytes` bytes. The signature is not checked. */
export const decodeEnd = (bytes: Uint8Array, streamId: StreamId.StreamId): StreamEnd.StreamEnd => ({
  streamId,
  lastSequenceNumber: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0),
  signature: bytesToHex(bytes.subarray(8)),
})
