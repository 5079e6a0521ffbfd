import { EpochKey, ProtocolError, SealedSegment, type StreamId } from '@lp/contracts/protocol'
import { concatBytes, type Hex } from 'viem'
import type { Sale } from '../records/Sale'
import type { Feed } from './Feed'

/** The port to the keys of a paid stream. `keys/KeyBuyer` implements it. */
export type KeySource = {
  /** The key that decrypts a segment. Rejects if the key is not available now. */
  key(segment: { sequenceNumber: bigint; keyId: Hex }): Promise<EpochKey.EpochKey>
  /** Tells the source that the viewer will soon need the key of this epoch. */
  expect(epoch: bigint): void
}

/** Decrypts one segment. */
export type Opener = {
  /** The plaintext of the whole segment. Rejects with `LockedError`, an error of `SealedSegment`, or the error of the `KeySource`. */
  open(sealed: Uint8Array): Promise<Uint8Array<ArrayBuffer>>
  /** The plaintext of a segment that arrives in chunks. Throws the errors of `open`. */
  openChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>>
}

/** From this position in an epoch on, a viewer announces that it needs the key of the next epoch, which begins in about four seconds. */
const expectFrom = EpochKey.segmentsPerEpoch - 2n

/** Decrypts checked segments of a paid stream. */
export class Unsealer {
  readonly #keysOf: ((sale: Sale) => KeySource | undefined) | undefined

  /** `keysOf`: `undefined` if this viewer does not pay. */
  constructor(keysOf: ((sale: Sale) => KeySource | undefined) | undefined) {
    this.#keysOf = keysOf
  }

  /** `undefined`: the segment is not encrypted. */
  of(
    { levels, sale }: Pick<Feed, 'levels' | 'sale'>,
    { streamId: sealedId, sequenceNumber }: { streamId: StreamId.StreamId; sequenceNumber: bigint },
  ): Opener | undefined {
    const streamId = levels.find((level) => level.streamId === sealedId)?.plainId
    if (!streamId || !sale) return undefined
    const cipherOf = async (sealed: Uint8Array): Promise<SealedSegment.Cipher> => {
      const keys = this.#keysOf?.(sale)
      if (!keys) throw new LockedError({ sequenceNumber })
      const { keyId, salt } = SealedSegment.decodeHead(sealed)
      const key = await keys.key({ sequenceNumber, keyId })
      await SealedSegment.assertKey(key, keyId)
      const epoch = EpochKey.epochOf(sequenceNumber)
      if (sequenceNumber - EpochKey.firstOf(epoch) >= expectFrom) keys.expect(epoch + 1n)
      return SealedSegment.createCipher(key, { streamId, sequenceNumber, salt })
    }
    return {
      open: async (sealed) => (await cipherOf(sealed))(sealed.subarray(SealedSegment.headBytes), 0),
      openChunks: (chunks) => openChunks(chunks, cipherOf),
    }
  }
}

async function* openChunks(
  chunks: AsyncIterable<Uint8Array>,
  cipherOf: (sealed: Uint8Array) => Promise<SealedSegment.Cipher>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let head: Uint8Array = new Uint8Array(0)
  let cipher: SealedSegment.Cipher | undefined
  let offset = 0
  for await (const chunk of chunks) {
    let sealed = chunk
    if (!cipher) {
      head = concatBytes([head, chunk])
      if (head.length < SealedSegment.headBytes) continue
      cipher = await cipherOf(head)
      sealed = head.subarray(SealedSegment.headBytes)
    }
    if (sealed.length === 0) continue
    yield await cipher(sealed, offset)
    offset += sealed.length
  }
}

export class LockedError extends ProtocolError {
  override readonly name = 'Unsealer.LockedError'
  constructor({ sequenceNumber }: { sequenceNumber: bigint }) {
    super('This is a paid stream, and this viewer does not pay. Pay for the stream to play it.', {
      details: [`Segment: ${sequenceNumber}`],
    })
  }
}
