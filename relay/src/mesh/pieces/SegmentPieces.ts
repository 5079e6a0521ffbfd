import { Part, PieceTree, Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { maxPieces } from '../pieceMessages'
import type { Place } from '../SegmentStore'
import { PrefixContradictionError, RewrittenError } from './contradiction'

/** The bytes of one piece, and their proof. */
export type PieceData = {
  /** The length of the signed prefix to which `path` leads: a part, or the whole segment. */
  length: number
  index: number
  /** Where `data` begins, in bytes from the start of the piece. `data` ends where the piece ends in this prefix. */
  offset: number
  data: Uint8Array
  /** The proof, as `PieceTree.prove` makes it. */
  path: Uint8Array
}

/**
 * `added`: the bytes are correct and were missing. `known`: we had the bytes already. `unknown`: we cannot check the bytes, because we do
 * not know the header of this prefix, or do not hold the bytes before `offset`. `doubtful`: the bytes do not continue the bytes that we
 * hold. The whole piece, from offset 0, shows whether the sender or the key of the stream is at fault. `wrong`: the sender sent wrong bytes
 * or a wrong path.
 */
export type Verdict = 'added' | 'known' | 'unknown' | 'doubtful' | 'wrong'

/** The largest length that we accept: a segment has at most `maxPayloadBytes`, and a message can name at most `maxPieces` pieces. */
const maxSegmentBytes = Math.min(Segment.maxPayloadBytes, maxPieces * PieceTree.pieceBytes)

/** The checked pieces of one segment. Each checked byte matches a signed header. */
export class SegmentPieces {
  readonly place: Place
  /** In order of `index`. */
  #parts: readonly Part.Part[] = []
  #segment: Segment.Segment | undefined
  /** The length of the whole segment, proven by its hash. */
  #wholeLength: number | undefined
  /** The length of the whole segment as a relay stated it. Not proven. */
  #statedLength = 0
  /** The largest length that a neighbour stated. A hostile neighbour can state a false length. */
  #claimedLength = 0
  #bytes = new Uint8Array(0)
  /** For each piece, the number of checked bytes from its start. */
  readonly #held: number[] = []
  readonly #roots: Uint8Array[] = []
  /** For each piece, the received paths, by the length of the prefix. With a path, we can send a piece before we hold the other pieces. */
  readonly #paths: Map<number, Uint8Array>[] = []

  constructor(place: Place) {
    this.place = place
  }

  get parts(): readonly Part.Part[] {
    return this.#parts
  }

  /** The header of the whole segment, when it is known. */
  get segment(): Segment.Segment | undefined {
    return this.#segment
  }

  /** The length of the longest prefix that we can check. */
  get knownLength(): number {
    return this.#wholeLength ?? this.#parts.at(-1)?.length ?? 0
  }

  /** The length of the whole segment, proven by its hash. */
  get provenLength(): number | undefined {
    return this.#wholeLength
  }

  /**
   * The length up to which we want pieces. Until the length of the whole segment is proven, this is the length that a relay states, or else
   * the largest length that a neighbour states, but at least `knownLength`. The first correct piece of the whole segment proves its length.
   */
  get wantedLength(): number {
    const claimed = this.#segment ? this.#claimedLength : 0
    return this.#wholeLength ?? Math.max(this.knownLength, this.#statedLength || claimed)
  }

  /** The length of the prefix in which we can ask a relay for pieces. A relay refuses a false length. */
  get relayLength(): number {
    return this.#wholeLength ?? Math.max(this.knownLength, this.#statedLength)
  }

  /**
   * Whether we know a header for the prefix of this length. The header of the whole segment fits each length until the length of the
   * segment is proven.
   */
  canCheck(length: number): boolean {
    return this.#hashOf(length) !== undefined
  }

  /** The time when the capture of the part with this byte began, on the clock of `startTimeMs`. */
  capturedAtMs(offset: number): number {
    const header = this.#parts[0] ?? this.#segment
    const before = this.#parts.findLast(({ length }) => length <= offset)
    return Number(header?.startTimeMs ?? 0n) + (before?.durationMs ?? 0)
  }

  /** The memory for the checked bytes, in bytes. */
  get byteLength(): number {
    return this.#bytes.length
  }

  get isComplete(): boolean {
    return this.#wholeLength !== undefined && this.heldLength === this.#wholeLength
  }

  /** The number of bytes from the start of the segment to the first byte that is not checked. */
  get heldLength(): number {
    const first = this.#held.findIndex((held) => held < PieceTree.pieceBytes)
    return first < 0
      ? this.#held.length * PieceTree.pieceBytes
      : first * PieceTree.pieceBytes + (this.#held[first] as number)
  }

  /** The number of checked bytes of a piece, from its start. */
  heldOf(index: number): number {
    return this.#held[index] ?? 0
  }

  /** The bytes from `start` to before `end`. `undefined`: not all of these bytes are checked. */
  read(start: number, end: number): Uint8Array | undefined {
    for (let index = Math.floor(start / PieceTree.pieceBytes); index * PieceTree.pieceBytes < end; index++)
      if (this.heldOf(index) < Math.min(end - index * PieceTree.pieceBytes, PieceTree.pieceBytes)) return undefined
    return this.#bytes.subarray(start, end)
  }

  /**
   * Notes a part. The caller has checked its signature. Returns whether the part is new. Throws `Part.ContradictionError` if the key of the
   * stream also signed a part or a segment that contradicts this part.
   */
  addPart(part: Part.Part): boolean {
    for (const known of this.#parts) Part.assertConsistent(known, part)
    if (this.#segment) Part.assertWithin(part, this.#segment)
    if (this.#parts.some(({ index }) => index === part.index)) return false
    this.#parts = [...this.#parts, part].sort((a, b) => a.index - b.index)
    return true
  }

  /** Notes the header of the whole segment. The caller has checked its signature. Throws `Part.ContradictionError`, `RewrittenError`. */
  close(segment: Segment.Segment): void {
    for (const part of this.#parts) Part.assertWithin(part, segment)
    if (this.#segment && this.#segment.dataHash !== segment.dataHash) throw new RewrittenError(this.place)
    this.#segment ??= segment
    const last = this.#parts.at(-1)
    if (last?.prefixHash === segment.dataHash) this.#wholeLength = last.length
  }

  /** Notes the length of the whole segment as a relay states it. */
  state(length: number): void {
    this.#statedLength = Math.min(length, maxSegmentBytes)
  }

  /** Notes a length that a neighbour states: of the whole segment, or of a prefix. */
  claim(length: number): void {
    this.#claimedLength = Math.max(this.#claimedLength, Math.min(length, maxSegmentBytes))
  }

  /**
   * Checks a piece, and keeps it if it is correct. Throws `PrefixContradictionError` if the bytes are correct, but contradict other bytes
   * that were correct, too: the key of the stream signed both.
   */
  async add({ length, index, offset, data, path }: PieceData): Promise<Verdict> {
    const dataHash = this.#hashOf(length)
    const start = index * PieceTree.pieceBytes
    if (dataHash === undefined || offset > this.heldOf(index)) return 'unknown'
    const piece = new Uint8Array(offset + data.length)
    piece.set(this.#bytes.subarray(start, start + offset))
    piece.set(data, offset)
    const root = await PieceTree.verify({ dataHash, length, index, data: piece, path })
    if (!root) return offset === 0 ? 'wrong' : 'doubtful'
    const isNew = piece.length > this.heldOf(index)
    this.#keep(index, { piece, root, offset })
    this.#pathsOf(index).set(length, path)
    if (dataHash === this.#segment?.dataHash) this.#wholeLength = length
    return isNew ? 'added' : 'known'
  }

  /**
   * Checks bytes that come without paths: all bytes from `heldLength` to the end of a prefix. `length`: the length of the prefix. Returns
   * whether the bytes were correct and are kept. Throws `PrefixContradictionError`.
   */
  async append(bytes: Uint8Array, length: number): Promise<boolean> {
    const dataHash = this.#hashOf(length)
    const from = this.heldLength
    if (dataHash === undefined || from + bytes.length !== length) return false
    const first = Math.floor(from / PieceTree.pieceBytes)
    const offset = first * PieceTree.pieceBytes
    const tail = new Uint8Array(length - offset)
    tail.set(this.#bytes.subarray(offset, from))
    tail.set(bytes, from - offset)
    const pieces = Array.from({ length: PieceTree.count(length) - first }, (_, at) => {
      const { start, end } = PieceTree.rangeOf(first + at, length)
      return tail.subarray(start - offset, end - offset)
    })
    const roots = await Promise.all(pieces.map((piece) => PieceTree.rootOf(piece, length)))
    if ((await PieceTree.hashOf([...this.#roots.slice(0, first), ...roots], length)) !== dataHash) return false
    for (const [at, piece] of pieces.entries())
      this.#keep(first + at, { piece, root: roots[at] as Uint8Array, offset: 0 })
    if (dataHash === this.#segment?.dataHash) this.#wholeLength = length
    return true
  }

  /** The path of a piece in a prefix. `undefined`: we cannot prove the piece in this prefix. */
  async prove(index: number, length: number): Promise<Uint8Array | undefined> {
    const received = this.#paths[index]?.get(length)
    if (received) return received
    const { end } = PieceTree.rangeOf(index, length)
    const tail = PieceTree.count(length) - 1
    const tailBytes = this.read(PieceTree.rangeOf(tail, length).start, length)
    if (this.heldLength < length || index > tail || end > length || !tailBytes) return undefined
    const roots = [...this.#roots.slice(0, tail), await PieceTree.rootOf(tailBytes, length)]
    return PieceTree.prove(roots, index)
  }

  #hashOf(length: number): Hex | undefined {
    if (this.#wholeLength !== undefined && length === this.#wholeLength) return this.#segment?.dataHash
    const part = this.#parts.find((part) => part.length === length)
    // The header of a segment does not contain the length. Only the hash in the header proves the length that a peer states.
    return part?.prefixHash ?? (this.#wholeLength === undefined ? this.#segment?.dataHash : undefined)
  }

  #pathsOf(index: number): Map<number, Uint8Array> {
    const paths = this.#paths[index] ?? new Map<number, Uint8Array>()
    this.#paths[index] = paths
    return paths
  }

  /** `offset`: the first bytes of `piece`, up to here, are a copy of the bytes that we hold. */
  #keep(index: number, { piece, root, offset }: { piece: Uint8Array; root: Uint8Array; offset: number }): void {
    const start = index * PieceTree.pieceBytes
    const held = this.heldOf(index)
    for (let at = offset; at < Math.min(held, piece.length); at++)
      if (this.#bytes[start + at] !== piece[at]) throw new PrefixContradictionError(this.place)
    if (piece.length <= held) return
    this.#reserve(start + piece.length)
    this.#bytes.set(piece, start)
    while (this.#held.length < index) this.#held.push(0)
    this.#held[index] = piece.length
    if (piece.length === PieceTree.pieceBytes) this.#roots[index] = root
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(length, 2 * this.#bytes.length, 4 * PieceTree.pieceBytes))
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}
