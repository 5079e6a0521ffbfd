import { type EpochKey, ProtocolError, SealedPrefixes, type StreamId } from '@lp/contracts/protocol'
import { concatHex, type Hex, keccak256, sliceHex, toHex } from 'viem'

/** From what the renditions of a segment are made. With equal facts, ffmpeg writes equal bytes. */
export type SealFacts = { qps: readonly number[]; ffmpeg: string }

/** The encrypted renditions of one segment of a paid stream. */
export class RenditionSeals {
  readonly #key: EpochKey.EpochKey
  readonly #sequenceNumber: bigint
  /** The StreamIds of the renditions, not of the sealed renditions. */
  readonly #streamIds: readonly StreamId.StreamId[]
  readonly #sealed: (SealedPrefixes | undefined)[] = []
  readonly #lengths: number[] = []
  #facts: SealFacts | undefined
  #sourceHash: Hex | undefined

  constructor({
    key,
    sequenceNumber,
    streamIds,
  }: { key: EpochKey.EpochKey; sequenceNumber: bigint; streamIds: readonly StreamId.StreamId[] }) {
    this.#key = key
    this.#sequenceNumber = sequenceNumber
    this.#streamIds = streamIds
  }

  /** Call this method before the first byte of a rendition. */
  start(facts: SealFacts): void {
    this.#facts = facts
  }

  /** The hash of the first part of the source, or of the whole source segment. Only the first call counts. */
  source(hash: Hex): void {
    this.#sourceHash ??= hash
  }

  /** Takes the bytes of a part after the part before it. Resolves to the sealed bytes, and the hash of the sealed prefix up to their end. */
  async part(index: number, bytes: Uint8Array): Promise<{ bytes: Uint8Array; hash: Hex }> {
    const from = this.#lengths[index] ?? 0
    const sealed = this.#append(index, bytes)
    const hash = await sealed.hash(from + bytes.length)
    return { bytes: await sealed.bytes(from, from + bytes.length), hash }
  }

  /** The sealed payload of a whole rendition. `data` begins with the bytes of its parts. */
  async whole(index: number, data: Uint8Array): Promise<{ payload: Uint8Array; hash: Hex }> {
    const sealed = this.#append(index, data.subarray(this.#lengths[index] ?? 0))
    const hash = await sealed.hash(data.length)
    return { payload: await sealed.bytes(0, data.length), hash }
  }

  #append(index: number, bytes: Uint8Array): SealedPrefixes {
    const sealed = this.#sealed[index] ?? this.#open(index)
    this.#sealed[index] = sealed
    this.#lengths[index] = (this.#lengths[index] ?? 0) + bytes.length
    sealed.append(bytes)
    return sealed
  }

  #open(index: number): SealedPrefixes {
    const streamId = this.#streamIds[index] as Hex
    const sequenceNumber = this.#sequenceNumber
    return new SealedPrefixes(this.#key, { streamId, sequenceNumber, salt: this.#salt() })
  }

  /**
   * If the relay was killed and transcodes the segment again, the salt is the same if the bytes are the same. Then the relay signs the same parts
   * again. If the bytes can differ, the salt differs, so no two contents are encrypted with the same key and counter.
   */
  #salt(): Hex {
    // Without these facts, the salt would be the same for other bytes.
    if (!this.#facts || !this.#sourceHash) throw new NoSaltError({ sequenceNumber: this.#sequenceNumber })
    const { qps, ffmpeg } = this.#facts
    const text = JSON.stringify([ffmpeg, qps])
    return sliceHex(keccak256(concatHex([toHex('lp salt'), this.#sourceHash, toHex(text)])), 0, 16)
  }
}

export class NoSaltError extends ProtocolError {
  override readonly name = 'RenditionSeals.NoSaltError'
  constructor({ sequenceNumber }: { sequenceNumber: bigint }) {
    super('The renditions of a segment cannot be encrypted before its source and the quantisers are known.', {
      details: [`Segment: ${sequenceNumber}`],
    })
  }
}
