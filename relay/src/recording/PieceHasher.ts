const smallestPieceBytes = 256 * 1024
const largestPieceBytes = 16 * 1024 * 1024
const maxPieces = 4_096

/**
 * The length of the pieces into which BitTorrent divides a file: a power of two from 256 KiB to 16 MiB. A file of at most 64 GiB has at
 * most 4,096 pieces. (The pieces of the mesh are other pieces, of 16 KiB.)
 */
export function pieceLengthOf(byteLength: number): number {
  let pieceLength = smallestPieceBytes
  while (pieceLength * maxPieces < byteLength && pieceLength < largestPieceBytes) pieceLength *= 2
  return pieceLength
}

/**
 * The SHA-1 hashes of the pieces of a file. A torrent must contain these hashes. lp does not rely on these hashes, because it checks the
 * signed hash of each payload.
 */
export class PieceHasher {
  readonly #piece: Uint8Array<ArrayBuffer>
  #filled = 0
  readonly #digests: Uint8Array[] = []

  /** `byteLength`: the length of the whole file. */
  constructor(byteLength: number) {
    this.#piece = new Uint8Array(pieceLengthOf(byteLength))
  }

  /** Adds the next bytes of the file. Call it again only after the promise has resolved. */
  async append(bytes: Uint8Array): Promise<void> {
    for (let offset = 0; offset < bytes.length; ) {
      const part = bytes.subarray(offset, offset + this.#piece.length - this.#filled)
      this.#piece.set(part, this.#filled)
      this.#filled += part.length
      offset += part.length
      if (this.#filled === this.#piece.length) await this.#close()
    }
  }

  /** The hashes of all pieces: 20 bytes for each piece. */
  async finish(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#filled > 0) await this.#close()
    const hashes = new Uint8Array(20 * this.#digests.length)
    for (const [index, digest] of this.#digests.entries()) hashes.set(digest, 20 * index)
    return hashes
  }

  async #close(): Promise<void> {
    const bytes = this.#piece.subarray(0, this.#filled)
    this.#digests.push(new Uint8Array(await crypto.subtle.digest('SHA-1', bytes)))
    this.#filled = 0
  }
}
