import { Part, ProtocolError, Segment, Sequence } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Place } from '../mesh/SegmentStore'
import type { Publication } from '../records/Publication'
import type { Feed } from './Feed'

/**
 * A verified segment of one level, and the feed that announced it. `byteLength` is 0 until a relay states the length or the mesh proves it.
 */
export type Entry = { publication: Publication; feed: Feed }

/** The segment that is not complete yet: its verified parts in order, and the feed that announced them. */
export type OpenEntry = { parts: readonly [Part.Part, ...Part.Part[]]; feed: Feed }

/** The known headers of a segment. The segment can be incomplete. */
export type Known = {
  parts: OpenEntry['parts']
  /** `undefined`: the segment is not complete. */
  publication: Publication | undefined
  /** No more headers of the segment will come, because the segment is complete, or a later segment exists. */
  isOvertaken: boolean
}

/** The largest number of segments in a window. A viewer can play only these segments: the newest half minute of the stream. */
export const maxEntries = 16

/** The latest time that a `Date` can hold. Playlists print the start time as a date. */
const maxTimeMs = 8_640_000_000_000_000n

/**
 * The newest segments of one level. The caller has checked their signatures. Of two different headers with the same sequence number,
 * only the first is accepted.
 */
export class SegmentWindow {
  #entries: readonly Entry[] = []
  #acceptedAtMs = 0
  #open: OpenEntry | undefined
  /** The URI of the relay that has listed its segments last, and the newest sequence number in its list. */
  #listed: { uri: string; upTo: bigint } | undefined
  #hadParts = false
  /** The number of segments that came since the last part. Segments that come together with an earlier segment do not count. */
  #withoutParts = 0

  /** Oldest first. Sequence numbers may be missing. */
  get entries(): readonly Entry[] {
    return this.#entries
  }

  get last(): bigint | undefined {
    return this.#entries.at(-1)?.publication.sequenceNumber
  }

  /**
   * The sequence number after which we ask the relay `uri` for segments. Let s be the first segment in the window whose length is not known,
   * and which the relay can still have. (If the relay has listed a later segment, but not s, it does not have s.) Returns the number of the
   * segment before s, or `undefined` if s is the first segment. If there is no s, returns the number of the newest segment.
   */
  lastMeasured(uri: string): bigint | undefined {
    const listedUpTo = this.#listed?.uri === uri ? this.#listed.upTo : -1n
    const first = this.#entries.findIndex(
      ({ publication }) => publication.byteLength === 0 && publication.sequenceNumber > listedUpTo,
    )
    return first < 0 ? this.last : this.#entries[first - 1]?.publication.sequenceNumber
  }

  /** The relay `uri` has listed all its segments that the window can have, up to this sequence number. */
  noteListed(uri: string, upTo: bigint): void {
    this.#listed = { uri, upTo }
  }

  /** The segment after the newest whole segment, while only parts of it are known. */
  get open(): OpenEntry | undefined {
    return this.#open
  }

  /** Whether the parts of a segment come before the whole segment. `undefined`: we do not know it yet. */
  get hasParts(): boolean | undefined {
    // One late answer of a relay may list a segment whose parts we have not seen. So we decide only after three such segments.
    return this.#withoutParts < 3 ? this.#hadParts || undefined : false
  }

  find(sequenceNumber: bigint): Entry | undefined {
    return this.#entries.find(({ publication }) => publication.sequenceNumber === sequenceNumber)
  }

  /** Whether the window has this segment. */
  holds({ streamId, sequenceNumber, dataHash }: Segment.Header): boolean {
    const known = this.find(sequenceNumber)?.publication
    return known?.streamId === streamId && known.dataHash === dataHash
  }

  /** Whether the open segment has this part. */
  has({ streamId, sequenceNumber, index, prefixHash }: Part.Header): boolean {
    const known = this.#open?.parts.find((part) => part.index === index)
    const isSame = known?.streamId === streamId && known.sequenceNumber === sequenceNumber
    return isSame && known.prefixHash === prefixHash
  }

  /**
   * Adds the next segment. `nowMs`: the time on a monotonic clock. Throws `RewrittenError`, `TimeError`,
   * `Sequence.RepeatedError`, `Sequence.TooFarAheadError`.
   */
  accept(entry: Entry, nowMs: number): void {
    const { sequenceNumber, dataHash } = entry.publication
    assertDated(entry.publication)
    const first = this.find(sequenceNumber)?.publication.dataHash
    if (first && first !== dataHash) throw new RewrittenError({ sequenceNumber, first, received: dataHash })
    this.#assertFollows(sequenceNumber, nowMs)
    this.#entries = [...this.#entries, entry].slice(-maxEntries)
    // The first answer of a relay lists many segments together.
    if (nowMs - this.#acceptedAtMs > Segment.targetDurationMs / 2 && this.#entries.length > 1) this.#withoutParts++
    this.#acceptedAtMs = nowMs
    if (this.#open && this.#open.parts[0].sequenceNumber <= sequenceNumber) this.#open = undefined
  }

  /** Notes the length of a segment. Returns whether the known length has changed. */
  measure({ sequenceNumber, dataHash }: Segment.Header, byteLength: number): boolean {
    const known = this.find(sequenceNumber)
    if (known?.publication.dataHash !== dataHash || known.publication.byteLength === byteLength) return false
    const measured = { ...known, publication: { ...known.publication, byteLength } }
    this.#entries = this.#entries.map((entry) => (entry === known ? measured : entry))
    return true
  }

  /**
   * Adds a part of the segment after the newest whole segment. Returns `false` for a known part and for a part of an older segment. Throws
   * `TimeError`, `Part.ContradictionError`, `Sequence.TooFarAheadError`.
   */
  acceptPart(part: Part.Part, feed: Feed, nowMs: number): boolean {
    const { sequenceNumber, streamId } = part
    assertDated(part)
    const known = this.#open?.parts ?? []
    const newest = known[0]?.sequenceNumber ?? this.last
    if (newest !== undefined && sequenceNumber < newest) return false
    if (known[0]?.sequenceNumber === sequenceNumber && known[0].streamId === streamId) {
      for (const other of known) Part.assertConsistent(other, part)
      if (known.some(({ index }) => index === part.index)) return false
      const [first = part, ...others] = [...known, part].sort((a, b) => a.index - b.index)
      this.#open = { parts: [first, ...others], feed }
    } else if (sequenceNumber !== this.last) {
      this.#assertFollows(sequenceNumber, nowMs)
      this.#open = { parts: [part], feed }
    } else return false
    this.#hadParts = true
    this.#withoutParts = 0
    return true
  }

  /** The known headers of a segment that was open. `parts`: its parts that the caller knows, for a segment that is not open now. */
  look({ streamId, sequenceNumber }: Place, parts: OpenEntry['parts']): Known {
    const { open } = this
    const [first] = open?.parts ?? []
    const isOpen = first?.sequenceNumber === sequenceNumber && first.streamId === streamId
    const publication = this.find(sequenceNumber)?.publication
    const newest = first?.sequenceNumber ?? this.last ?? 0n
    return {
      parts: open && isOpen ? open.parts : parts,
      publication: publication?.streamId === streamId ? publication : undefined,
      isOvertaken: !isOpen && newest >= sequenceNumber,
    }
  }

  #assertFollows(sequenceNumber: bigint, nowMs: number): void {
    const { last } = this
    if (last === undefined) return
    // The broadcaster may have made this many segments while we received no headers. So this many numbers may be missing.
    const unheard = BigInt(Math.floor((nowMs - this.#acceptedAtMs) / Segment.targetDurationMs))
    const isJump = sequenceNumber > last + unheard
    Sequence.assertFollows({ last, next: isJump ? sequenceNumber - unheard : min(sequenceNumber, last + 1n) })
  }
}

const min = (left: bigint, right: bigint) => (left < right ? left : right)

/** Throws `TimeError` if the start time is too large for a date. */
export function assertDated({
  sequenceNumber,
  startTimeMs,
}: Pick<Segment.Header, 'sequenceNumber' | 'startTimeMs'>): void {
  if (startTimeMs > maxTimeMs) throw new TimeError({ sequenceNumber, startTimeMs })
}

export class RewrittenError extends ProtocolError {
  override readonly name = 'SegmentWindow.RewrittenError'
  constructor({ sequenceNumber, first, received }: { sequenceNumber: bigint; first: Hex; received: Hex }) {
    super('Two different segments have the same sequence number.', {
      details: [`Sequence number: ${sequenceNumber}`, `First: ${first}`, `Now: ${received}`],
    })
  }
}

export class TimeError extends ProtocolError {
  override readonly name = 'SegmentWindow.TimeError'
  constructor({ sequenceNumber, startTimeMs }: { sequenceNumber: bigint; startTimeMs: bigint }) {
    super('The start time of the segment is too large for a date.', {
      details: [`Sequence number: ${sequenceNumber}`, `Start: ${startTimeMs} ms`],
    })
  }
}
