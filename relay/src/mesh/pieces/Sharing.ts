import type { Part, ProtocolError, Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Listenable } from '../Emitter'
import type { Place } from '../SegmentStore'
import type { SegmentPieces } from './SegmentPieces'

/** A signed header: of a part of an open segment, or of a whole segment with the length of its payload. `length` 0: not known yet. */
export type Header = { readonly part: Part.Part } | { readonly segment: Segment.Segment; readonly length: number }

/** A segment that grows while its checked pieces arrive. All bytes that `read` returns match a signed header. */
export type GrowingSegment = Pick<
  SegmentPieces,
  'place' | 'parts' | 'segment' | 'knownLength' | 'heldLength' | 'isComplete' | 'read'
>

/** A level (the source or a rendition) that we play. */
export type FollowedLevel = {
  readonly streamId: Hex
  /** In bit/s. */
  readonly bitrate: number
  /** The player needs only whole segments, so we pass on no headers of parts, and no neighbour counts on us for them. Default: no. */
  readonly isPatient?: boolean
  /**
   * The time at which playback stops if these bytes are missing, on the clock of `performance.now()`. `undefined`: the player does not need
   * the bytes. The mesh calls this function again for each plan, so the answer can follow the position of the player. `atMs`: the capture
   * time of the bytes, as in `startTimeMs`.
   */
  deadlineMs(bytes: { readonly sequenceNumber: bigint; readonly atMs: number }): number | undefined
}

export type SharingEvents = {
  /**
   * A neighbour sent a header that we did not know. Its signature is correct, and its level is followed. The header of a whole segment
   * comes again when its length is proven. Until then, `length` is 0, because the signature does not cover the length.
   */
  header: [header: Header]
  /** More bytes of a segment were checked. */
  grown: [segment: GrowingSegment]
  /** The key of the level signed two different contents of one segment. The mesh fetches no further pieces of this level. */
  contradicted: [streamId: Hex, error: ProtocolError]
  /** A neighbour sent the record of the stream. Its bytes are not checked. */
  record: [record: Uint8Array]
  /** The relay sent a piece that does not match its signed header. */
  fault: [error: ProtocolError, place: Place]
}

/**
 * The mesh, as a viewer or a relay uses it. The mesh fetches the pieces of all known headers of the followed levels, from neighbours and
 * from the relay. `segment` and the event `grown` give the checked bytes. A player reads part by part: when `heldLength` is at least the
 * `length` of a part, `read(<length of the part before>, <length of the part>)` returns the bytes of the part.
 */
export type Sharing = Listenable<SharingEvents> & {
  /** Replaces the followed levels, at most `maxFollowed`. The mesh keeps the checked pieces of a level that is no longer followed. */
  follow(levels: readonly FollowedLevel[]): void
  /**
   * Takes a header from another source than the mesh, such as the relay. The caller has checked the signature. If the mesh knows the header
   * already, it only notes `length` and reads the deadlines again. Throws `Part.ContradictionError`, `RewrittenError`.
   */
  know(header: Header): void
  /**
   * Takes bytes from another source than the mesh: all bytes from `heldLength` of the segment to the end of the prefix of `header`. A
   * relay that is a member of the room gives its bytes to the mesh with this function. Resolves to whether the bytes match the header and
   * make the segment longer.
   */
  offer(header: Header, bytes: Uint8Array): Promise<boolean>
  /**
   * Whether we must ask a relay for the parts of the segments after this segment, and tell our neighbours the parts with `know`. Only some
   * members must do so. A member without neighbours must always do so.
   */
  asksForParts(streamId: Hex, sequenceNumber: bigint): boolean
  /** `undefined`: no header of the segment is known. */
  segment(place: Place): GrowingSegment | undefined
  /** The newest segments of a level, oldest first, complete or not. */
  segments(streamId: Hex): readonly GrowingSegment[]
  /** Gives the record of the stream to all present and later neighbours. At most `maxRecordBytes` bytes. */
  tellRecord(record: Uint8Array): void
}

/** Where the mesh gets pieces that no neighbour holds. */
export type PieceRelay = {
  /**
   * The bytes and the proofs of these pieces, unchecked, in the order of `pieces`. Rejects if the relay does not have all of these pieces,
   * or when `signal` aborts.
   */
  fetch(request: PieceRequest): Promise<readonly FetchedPiece[]>
}

export type FetchedPiece = {
  readonly data: Uint8Array
  readonly path: Uint8Array
  /** The mesh calls this when the piece has matched a signed header. */
  checked?(): void
}

export type PieceRequest = Place & {
  /** Names the prefix of the segment that contains the pieces. */
  readonly length: number
  /** In ascending order, at least one. `offset`: the first wanted byte, from the start of the piece. */
  readonly pieces: readonly { readonly index: number; readonly offset: number }[]
  readonly signal: AbortSignal
}
