import { PieceTree } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { keyOf, type Place } from '../SegmentStore'
import type { UploadLimit } from '../UploadLimit'
import type { PieceNeighbour } from './PieceNeighbour'
import type { PieceStore } from './PieceStore'
import { endOf } from './PieceWant'
import type { SegmentPieces } from './SegmentPieces'
import type { Header } from './Sharing'

/** The pieces that we get within this time are announced together: one `holds` message for each neighbour, segment and prefix. */
const batchMs = 25
/** The largest number of headers that we remember for one neighbour. With parts of 400 ms, the segments in the store have fewer headers. */
const maxKnownHeaders = 4_096

/**
 * Tells each neighbour which headers and pieces we hold of the levels (source and renditions) that the neighbour follows. Says nothing
 * while uploads are off.
 */
export class Announcer {
  readonly #store: PieceStore
  readonly #limit: UploadLimit
  readonly #neighbours: () => Iterable<PieceNeighbour>
  readonly #isViewer: boolean
  readonly #tellsParts: (streamId: Hex) => boolean
  /** For each neighbour: the headers that the neighbour told us, and the headers that we told the neighbour. */
  readonly #known = new WeakMap<PieceNeighbour, Set<string>>()
  /** For each segment and each length of a prefix, the pieces that we can prove in this prefix. */
  readonly #held = new WeakMap<SegmentPieces, Map<number, Set<number>>>()
  /** The pieces that no `holds` message has named yet. */
  readonly #news = new Map<SegmentPieces, Map<number, Set<number>>>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor({
    store,
    limit,
    isViewer,
    neighbours,
    tellsParts,
  }: {
    store: PieceStore
    limit: UploadLimit
    isViewer: boolean
    neighbours(): Iterable<PieceNeighbour>
    /** Whether we pass on headers of parts of this level. */
    tellsParts(streamId: Hex): boolean
  }) {
    this.#store = store
    this.#limit = limit
    this.#neighbours = neighbours
    this.#isViewer = isViewer
    this.#tellsParts = tellsParts
  }

  /** The neighbour told us this header, so we do not tell this header to the neighbour. */
  heard(neighbour: PieceNeighbour, header: Header): void {
    const known = this.#knownBy(neighbour)
    known.add(keyOfHeader(header))
    for (const oldest of known) if (known.size > maxKnownHeaders) known.delete(oldest)
  }

  /** Tells a new header to all neighbours that do not know it. */
  header(header: Header): void {
    for (const neighbour of this.#neighbours()) this.#tell(neighbour, header)
  }

  /** We hold these pieces up to the end of the prefix of `length` bytes. We tell this to the neighbours soon. */
  held(segment: SegmentPieces, length: number, pieces: Iterable<number>): void {
    for (const index of pieces) {
      addTo(this.#held.get(segment) ?? this.#begin(segment), length, index)
      const news = this.#news.get(segment) ?? new Map<number, Set<number>>()
      this.#news.set(segment, news)
      addTo(news, length, index)
    }
    this.#timer ??= setTimeout(() => this.#flush(), batchMs)
  }

  /** Tells all neighbours all that we know and hold. */
  welcomeAll(): void {
    for (const neighbour of this.#neighbours()) this.welcome(neighbour, neighbour.follows.keys())
  }

  /** Tells a neighbour all that we know and hold of these levels. */
  welcome(neighbour: PieceNeighbour, levels: Iterable<Hex>): void {
    for (const streamId of levels)
      for (const segment of this.#store.of(streamId)) {
        // The header of a complete segment says all that its parts say.
        if (!segment.isComplete) for (const part of segment.parts) this.#tell(neighbour, { part })
        if (segment.segment) this.#tell(neighbour, { segment: segment.segment, length: 0 })
        this.#tellHeld(neighbour, segment)
      }
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #tellHeld(neighbour: PieceNeighbour, segment: SegmentPieces) {
    const { isComplete, knownLength } = segment
    if (isComplete) return this.#sendHolds(neighbour, segment, knownLength, indexesOf(knownLength))
    for (const [length, pieces] of this.#held.get(segment) ?? []) this.#sendHolds(neighbour, segment, length, pieces)
  }

  #flush(): void {
    this.#timer = undefined
    for (const [segment, news] of this.#news)
      for (const [length, pieces] of news)
        for (const neighbour of this.#neighbours()) this.#sendHolds(neighbour, segment, length, pieces)
    this.#news.clear()
  }

  #sendHolds(neighbour: PieceNeighbour, { place }: SegmentPieces, length: number, pieces: Iterable<number>): void {
    if (this.#limit.isOff || !neighbour.follows.has(place.streamId)) return
    const missing = [...pieces].filter((index) => neighbour.endOf(place, index) < endOf(index, length))
    missing.sort((a, b) => a - b)
    if (missing.length > 0) neighbour.peer.send({ type: 'holds', ...place, length, pieces: missing })
  }

  /**
   * A viewer states the length of a whole segment only if the length is proven. So a false statement of a relay or neighbour does not
   * spread.
   */
  #tell(neighbour: PieceNeighbour, header: Header): void {
    if (this.#limit.isOff) return
    const key = keyOfHeader(header)
    const { streamId } = placeOf(header)
    if ('part' in header && !this.#tellsParts(streamId)) return
    if (!neighbour.follows.has(streamId) || this.#knownBy(neighbour).has(key)) return
    this.heard(neighbour, header)
    const segment = this.#store.get(placeOf(header))
    const length = (this.#isViewer ? segment?.provenLength : segment?.relayLength) ?? 0
    neighbour.peer.send({ type: 'news', header: 'part' in header ? header : { ...header, length } })
  }

  #knownBy(neighbour: PieceNeighbour): Set<string> {
    const known = this.#known.get(neighbour) ?? new Set<string>()
    this.#known.set(neighbour, known)
    return known
  }

  #begin(segment: SegmentPieces): Map<number, Set<number>> {
    const held = new Map<number, Set<number>>()
    this.#held.set(segment, held)
    return held
  }
}

export const placeOf = (header: Header): Place => {
  const { streamId, sequenceNumber } = 'part' in header ? header.part : header.segment
  return { streamId, sequenceNumber }
}

/** The indexes of all pieces of a prefix of `length` bytes. */
export const indexesOf = (length: number): number[] =>
  Array.from({ length: PieceTree.count(length) }, (_, index) => index)

const keyOfHeader = (header: Header): string =>
  `${keyOf(placeOf(header))}/${'part' in header ? header.part.index : 'end'}`

function addTo(held: Map<number, Set<number>>, length: number, index: number): void {
  const pieces = held.get(length) ?? new Set<number>()
  pieces.add(index)
  held.set(length, pieces)
}
