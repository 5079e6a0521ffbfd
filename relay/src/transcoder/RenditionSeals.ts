import { type EpochKey, ProtocolError, SealedPrefixes, type StreamId } from '@lp/contracts/protocol'
import { concatHex, type Hex, keccak256, sliceHex, toHex } from 'viem'

/** The quantisers, and the path and version of ffmpeg. With the same source and the same facts, ffmpeg writes the same bytes. */
export type SealFacts = { qps: readonly number[]; ffmpeg: string }

/** Encrypts the renditions of one segment of a paid stream. */
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

  /** Call this method before you pass the first byte of a rendition. */
  start(facts: SealFacts): void {
    this.#facts = facts
  }

  /** Sets the hash of the first part of the source, or of the whole source segment. Only the first call has an effect. */
  source(hash: Hex): void {
    this.#sourceHash ??= hash
  }

  /**
   * Encrypts the next part of a rendition. `bytes`: the bytes after the previous part. Resolves to the sealed bytes (the first part begins
   * with the head), and to the hash of the sealed payload up to the end of this part.
   */
  async part(index: number, bytes: Uint8Array): Promise<{ bytes: Uint8Array; hash: Hex }> {
    const from = this.#lengths[index] ?? 0
    const sealed = this.#append(index, bytes)
    const hash = await sealed.hash(from + bytes.length)
    return { bytes: await sealed.bytes(from, from + bytes.length), hash }
  }

  /** Resolves to the sealed payload of a whole rendition. `data` must begin with the bytes that `part` has encrypted. */
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
   * After a crash, the relay transcodes the segment again. If ffmpeg is then certain to write the same bytes, the salt is also the same, so
   * the relay signs the same parts again. If the bytes can differ, the salt differs, so no two contents are encrypted with the same key and
   * counter.
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
