import { EpochKey, StreamId } from '@lp/contracts/protocol'
import type { Hex } from 'viem'

type Named = { readonly id: Hex; readonly key: EpochKey.EpochKey }

/**
 * We keep the keys of at most this number of epochs of one stream: about ten minutes of the stream. Viewers play close to the newest
 * segment, so they need no older keys.
 */
const maxEpochs = 64
/** The largest number of keys of one epoch. A page that is loaded again makes a new key for the same epoch. */
const maxPerEpoch = 8
const maxStreams = 256

/** The epoch keys of streams, in memory only: a broadcaster that connects again sends its newest keys again. */
export class KeyRing {
  /** By StreamId of the source, then by epoch. */
  readonly #streams = new Map<StreamId.StreamId, Map<bigint, Named[]>>()

  /** Keeps a key. Drops the oldest keys if there are too many. Rejects with `EpochKey.LengthError`. */
  async add(streamId: StreamId.StreamId, { epoch, key }: { epoch: bigint; key: EpochKey.EpochKey }): Promise<void> {
    const id = await EpochKey.id(key)
    const stream = StreamId.parse(streamId)
    const epochs = this.#streams.get(stream) ?? new Map<bigint, Named[]>()
    this.#streams.delete(stream)
    this.#streams.set(stream, epochs)
    const known = epochs.get(epoch) ?? []
    if (known.some((named) => named.id === id)) return
    epochs.set(epoch, [...known, { id, key }].slice(-maxPerEpoch))
    for (const old of [...epochs.keys()].sort(ascending).slice(0, -maxEpochs)) epochs.delete(old)
    for (const old of [...this.#streams.keys()].slice(0, -maxStreams)) this.#streams.delete(old)
  }

  /** All keys of an epoch, the newest last. */
  keysOf(streamId: StreamId.StreamId, epoch: bigint): readonly EpochKey.EpochKey[] {
    return this.#namedOf(streamId, epoch).map(({ key }) => key)
  }

  /** The newest key of an epoch. */
  newest(streamId: StreamId.StreamId, epoch: bigint): EpochKey.EpochKey | undefined {
    return this.#namedOf(streamId, epoch).at(-1)?.key
  }

  find(streamId: StreamId.StreamId, { epoch, keyId }: { epoch: bigint; keyId: Hex }): EpochKey.EpochKey | undefined {
    return this.#namedOf(streamId, epoch).find(({ id }) => id === keyId.toLowerCase())?.key
  }

  forget(streamId: StreamId.StreamId): void {
    this.#streams.delete(StreamId.parse(streamId))
  }

  #namedOf(streamId: StreamId.StreamId, epoch: bigint): readonly Named[] {
    return this.#streams.get(StreamId.parse(streamId))?.get(epoch) ?? []
  }
}

const ascending = (one: bigint, other: bigint) => (one < other ? -1 : one > other ? 1 : 0)
