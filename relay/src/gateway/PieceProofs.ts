import { PieceTree, type StreamId } from '@lp/contracts/protocol'
import type { Catalogue } from '../storage/Catalogue'
import type { PayloadStore } from '../storage/PayloadStore'

/** The bytes of a signed prefix of a segment, and the roots of the prefix's pieces. `isOpen`: the segment is not published yet. */
export type Prefix = { bytes: Uint8Array; roots: readonly Uint8Array[]; isOpen: boolean }

/** The known bytes of a segment, and the hashes of its pieces. When a new part comes, `growing` hashes only the bytes of this part. */
type Entry = {
  bytes: Uint8Array
  readonly growing: PieceTree.Growing
  readonly roots: Map<number, readonly Uint8Array[]>
}

/**
 * The memory for segments, in bytes. It is enough for the newest segments of all levels. Viewers play close to the live edge, so they ask
 * for these segments.
 */
const maxBytes = 64 * 1024 * 1024

/** Hashes the newest segments once, for all viewers that fetch pieces of them. Keeps in memory the segments that were requested last. */
export class PieceProofs {
  readonly #catalogue: Catalogue
  readonly #payloads: PayloadStore
  /** In order of the last use. */
  readonly #entries = new Map<string, Promise<Entry>>()
  #bytes = new Map<string, number>()

  constructor({ catalogue, payloads }: { catalogue: Catalogue; payloads: PayloadStore }) {
    this.#catalogue = catalogue
    this.#payloads = payloads
  }

  /**
   * The first `length` bytes of a segment. They must end at the end of a part (`Part.length`) or of the whole published segment.
   * `undefined` if the relay does not have these bytes.
   */
  async prefix(streamId: StreamId.StreamId, sequenceNumber: bigint, length: number): Promise<Prefix | undefined> {
    const published = this.#catalogue.segments(streamId, sequenceNumber - 1n, 1)[0]
    const whole = published?.sequenceNumber === sequenceNumber ? published : undefined
    const parts = this.#catalogue.partsOf(streamId, sequenceNumber)
    if (whole?.byteLength !== length && !parts.some((part) => part.length === length)) return undefined
    const open = this.#catalogue.openSegment(streamId)
    const openBytes = open?.sequenceNumber === sequenceNumber ? open.bytes : undefined
    const key = `${streamId}/${sequenceNumber}`
    const known = await this.#entries.get(key)
    const bytes =
      known && known.bytes.length >= length
        ? known.bytes
        : (openBytes ?? (whole && (await this.#payloads.read(whole.dataHash))))
    if (!bytes || bytes.length < length) return undefined
    const entry = known ?? (await this.#open(key))
    if (bytes.length > entry.bytes.length) entry.bytes = bytes
    this.#touch(key, entry)
    return { bytes: bytes.subarray(0, length), roots: await rootsOf(entry, length), isOpen: !whole }
  }

  /** Two requests for a new segment share one entry. */
  #open(key: string): Promise<Entry> {
    const opened = this.#entries.get(key)
    if (opened) return opened
    const opening = PieceTree.grow().then((growing) => ({ bytes: new Uint8Array(0), growing, roots: new Map() }))
    this.#entries.set(key, opening)
    return opening
  }

  #touch(key: string, entry: Entry): void {
    const opened = this.#entries.get(key) ?? Promise.resolve(entry)
    this.#entries.delete(key)
    this.#entries.set(key, opened)
    this.#bytes.set(key, entry.bytes.length)
    let sum = [...this.#bytes.values()].reduce((total, bytes) => total + bytes, 0)
    for (const oldest of this.#entries.keys()) {
      if (sum <= maxBytes || oldest === key) return
      sum -= this.#bytes.get(oldest) ?? 0
      this.#entries.delete(oldest)
      this.#bytes.delete(oldest)
    }
  }
}

async function rootsOf({ bytes, growing, roots }: Entry, length: number): Promise<readonly Uint8Array[]> {
  const known = roots.get(length)
  if (known) return known
  const isNext = length >= growing.length
  const hashed = isNext ? growing : await PieceTree.grow()
  hashed.append(bytes.subarray(hashed.length, length))
  const computed = hashed.roots()
  roots.set(length, computed)
  return computed
}
