import type {
  Acceptance,
  Assignment,
  Cheque,
  EpochKey,
  KeyServer,
  Part,
  Segment,
  StreamCover,
  StreamEnd,
  StreamListing,
  StreamPrice,
} from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'

/** How a paid stream is sold. `Intake` does not check the price and the servers; the `Worker` checks them. */
export type OfferedSale = {
  price: StreamPrice.StreamPrice
  servers: readonly KeyServer.KeyServer[]
  /** Gives the broadcaster a cheque for keys that this relay has sold. */
  tell(cheque: Cheque.SignedCheque): void
}

/** The sealed form of a part. `bytes`: the sealed bytes after the previous part. `Intake` has checked signature and bytes. */
export type SealedPart = { part: Part.Part; bytes: Uint8Array }

/** The sealed form of a whole segment. `Intake` has checked signature and payload. */
export type SealedWhole = { segment: Segment.Segment; payload: Uint8Array }

/** Receives one segment for the transcoder, while the segment arrives. */
export type Sink = {
  /** Throws when the arrived bytes break a limit of the job. */
  write(chunk: Uint8Array): void
  /**
   * Called when the hash and the signature of a part are correct. `bytes`: the bytes after the previous part. Throws an error if the
   * relay has published other bytes of this segment, or if the job does not pay for the part. `sealed`: in a paid stream, always present.
   */
  part(part: Part.Part, bytes: Uint8Array, sealed?: SealedPart): void
  /** Resolves with the error if the segment cannot be transcoded. Can resolve before the end of the segment. */
  readonly failed: Promise<Error>
  /**
   * Hash and signature are correct: publishes and transcodes the segment. Resolves to the receipt's hash when the receipt is on
   * disk. `sealed`: in a paid stream, always present.
   */
  commit(segment: Segment.Segment, payload: Uint8Array, sealed?: SealedWhole): Promise<Hex>
  /** The segment is wrong or incomplete: discards all of it. */
  abort(): void
}

/** The port to the transcoder's work on one job. */
export type Worker = {
  /** The sequence number after the last accepted segment. */
  readonly nextSequence: bigint
  /** If the relay has given up the stream: resolves when the work has stopped. Until then, `nextSequence` can still change. */
  readonly settled: Promise<void>
  readonly renditionKey: Address
  /** The largest payload of the job. `Intake` refuses a larger payload while the bytes arrive. */
  readonly maxPayloadBytes: number
  /**
   * The broadcaster has signed an Assignment. `sale`: `undefined` for a free stream. Rejects if the sale is not valid or its price has
   * changed, if a free stream becomes paid, if a paid stream becomes free, or if the relay cannot work under the Assignment.
   */
  assigned(
    assignment: Assignment.Assignment,
    acceptance: Acceptance.Acceptance,
    sale: OfferedSale | undefined,
  ): Promise<void>
  /** The broadcaster has sent the title and the poster. Rejects if the cover is not valid, with the errors of `StreamCover.verify`. */
  show(cover: StreamCover.StreamCover): Promise<void>
  /** The broadcaster wants the stream to be listed or not. Rejects with the errors of `StreamListing.verify`, and if it is of another job. */
  list(listing: StreamListing.StreamListing): Promise<void>
  /** The broadcaster of a paid stream has sent the key of an epoch. */
  learnKey(epoch: bigint, key: EpochKey.EpochKey): Promise<void>
  /** The newest key of an epoch. `undefined`: the broadcaster has sent none. */
  keyOf(epoch: bigint): EpochKey.EpochKey | undefined
  /**
   * A segment begins. `inParts`: the broadcaster signs the parts of the segment. If it is `false`, the bytes are transcoded before a
   * signature covers them. `key`: in a paid stream, always present: the key of the segment's epoch.
   */
  begin(sequenceNumber: bigint, options: { inParts: boolean; key?: EpochKey.EpochKey | undefined }): Sink
  /** Called with the error of each refused segment and message. The relay counts these errors. */
  refused(error: Error): void
  ended(end: StreamEnd.StreamEnd): Promise<void>
}

/** Port: decides which broadcasters may send a stream now. */
export type Admission = {
  /** If the relay gives the job no place at this time, throws a `ProtocolError`, which the relay sends to the broadcaster. */
  assertOpen(): void
  /** The broadcaster has signed an Assignment. Throws like `assertOpen`, and also if the relay has no place for one more stream. */
  enter(): void
  /** A correct segment has arrived. */
  active(): void
  /** The stream has ended. */
  leave(): void
}
