import type { Part, Segment } from '@lp/contracts/protocol'
import { keyOf } from '../SegmentStore'
import { placeOf } from './Announcer'
import type { PieceStore } from './PieceStore'
import type { Header } from './Sharing'

export type HeaderVerifier = {
  /** Rejects with a `ProtocolError` unless the key of the level signed the part. */
  part(part: Part.Part): Promise<void>
  /** Rejects with a `ProtocolError` unless the key of the level signed the header. */
  segment(segment: Segment.Segment): Promise<void>
}

/** Checks the signatures of headers from neighbours. Checks a correct header only once, although all neighbours send it. */
export class HeaderCheck {
  readonly #verifier: HeaderVerifier
  readonly #store: PieceStore
  readonly #checking = new Map<string, Promise<unknown>>()

  constructor({ verifier, store }: { verifier: HeaderVerifier; store: PieceStore }) {
    this.#verifier = verifier
    this.#store = store
  }

  /**
   * Whether the header is new, correctly signed, and of a segment that the store takes. Rejects with the error of the verifier. The
   * signature of a known header is not checked again.
   */
  async isNew(header: Header): Promise<boolean> {
    // A check takes about a millisecond. Without this line, a neighbour could make us check correct old headers again and again.
    if (!this.#store.takes(placeOf(header))) return false
    const key = keyOfContent(header)
    // Another neighbour may have sent a header with the same content, whose check is running. We wait for that check. If it fails, we check
    // the signature of this header.
    for (let before = this.#checking.get(key); before; before = this.#checking.get(key)) await before
    if (this.isKnown(header)) return false
    const checking = 'part' in header ? this.#verifier.part(header.part) : this.#verifier.segment(header.segment)
    const settled = checking.then(
      () => this.#checking.delete(key),
      () => this.#checking.delete(key),
    )
    this.#checking.set(key, settled)
    await checking
    return !this.isKnown(header)
  }

  /** Whether we have checked the signature of this header, or of another header with the same content. */
  isKnown(header: Header): boolean {
    const segment = this.#store.get(placeOf(header))
    if ('segment' in header) return segment?.segment?.dataHash === header.segment.dataHash
    const known = segment?.parts.find(({ index }) => index === header.part.index)
    return known?.prefixHash === header.part.prefixHash && known.length === header.part.length
  }
}

const keyOfContent = (header: Header): string => {
  const content = 'part' in header ? `${header.part.index}/${header.part.prefixHash}` : header.segment.dataHash
  return `${keyOf(placeOf(header))}/${content}`
}
