import { concatBytes, type Hex } from 'viem'
import * as EpochKey from './EpochKey'
import { Prefixes } from './Prefixes'
import * as SealedSegment from './SealedSegment'

/**
 * The sealed payload of a segment whose plaintext arrives in chunks, and the hashes of the prefixes of this payload. Encrypts and hashes
 * each byte once.
 */
export class SealedPrefixes {
  readonly #key: Uint8Array
  readonly #place: SealedSegment.Place
  readonly #prefixes = new Prefixes()
  /** The head, then the encrypted chunks. */
  readonly #sealed: Uint8Array[] = []
  readonly #waiting: Uint8Array[] = []
  #opening: Promise<SealedSegment.Cipher> | undefined
  #sealedBytes = 0
  /** Chunks are encrypted one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  /** `key`: 32 bytes. */
  constructor(key: Uint8Array, place: SealedSegment.Place) {
    this.#key = key
    this.#place = place
  }

  /** Takes the next chunk of the plaintext. Does not copy the chunk, so the chunk must not change. */
  append(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#waiting.push(chunk)
  }

  /**
   * `PayloadTree.hash` of the head followed by the encrypted form of the first `length` bytes of the plaintext. The length must not be
   * smaller than in an earlier call. Throws `Prefixes.NotAscendingError`, and the errors of `SealedSegment.createCipher`.
   */
  hash(length: number): Promise<Hex> {
    return this.#inTurn(() => this.#prefixes.hash(SealedSegment.headBytes + length))
  }

  /** The sealed form of the plaintext from byte `start` to the byte before `end`. If `start` is 0, the head comes first. */
  bytes(start: number, end: number): Promise<Uint8Array> {
    const from = start === 0 ? 0 : SealedSegment.headBytes + start
    return this.#inTurn(async () => concatBytes(this.#sealed).subarray(from, SealedSegment.headBytes + end))
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const acting = this.#turn.then(async () => {
      await this.#encrypt()
      return act()
    })
    this.#turn = acting.catch(() => undefined)
    return acting
  }

  async #encrypt(): Promise<void> {
    if (!this.#opening) {
      this.#opening = SealedSegment.createCipher(this.#key, this.#place)
      this.#add(SealedSegment.encodeHead({ keyId: await EpochKey.id(this.#key), salt: this.#place.salt }))
    }
    const cipher = await this.#opening
    for (const chunk of this.#waiting.splice(0)) {
      const encrypted = await cipher(chunk, this.#sealedBytes)
      this.#sealedBytes += chunk.length
      this.#add(encrypted)
    }
  }

  #add(sealed: Uint8Array): void {
    this.#sealed.push(sealed)
    this.#prefixes.append(sealed)
  }
}
