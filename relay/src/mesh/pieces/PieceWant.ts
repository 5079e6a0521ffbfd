import { PieceTree } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Place } from '../SegmentStore'
import { seedOf } from './owners'
import type { SegmentPieces } from './SegmentPieces'
import type { Want } from './Situation'

/** After a failed request over HTTP, the next request for the same piece waits this long. */
const httpPauseMs = 1_000
/** A piece that the player waits for. If a segment grows, more bytes of its last piece are wanted with each part. */
export class PieceWant implements Want {
  readonly segment: SegmentPieces
  readonly index: number
  readonly seed: number
  readonly knownAtMs: number
  readonly isBacklog: boolean
  deadlineMs = Number.POSITIVE_INFINITY
  asked: Want['asked']
  refusals: Map<Hex, number> | undefined
  /**
   * A source sent bytes that do not continue our bytes of this piece. We ask for the piece from its start, because this shows whether the
   * sender or the key of the stream is at fault.
   */
  isWhole = false
  /** `RelaySource` sets this state before each plan. */
  relay: Want['relay'] = 'idle'
  httpAskedMs = 0
  #http: Want['relay'] = 'idle'
  #httpFailedMs = 0

  constructor(
    segment: SegmentPieces,
    { index, nowMs, isBacklog }: { index: number; nowMs: number; isBacklog: boolean },
  ) {
    this.segment = segment
    this.index = index
    this.knownAtMs = nowMs
    this.isBacklog = isBacklog
    this.seed = seedOf(seedTextOf(segment.place, index))
  }

  /** Where the missing bytes begin, in bytes from the start of the piece. */
  get offset(): number {
    return this.isWhole ? 0 : this.segment.heldOf(this.index)
  }

  get byteLength(): number {
    return endOf(this.index, this.segment.wantedLength) - this.offset
  }

  /** The first missing byte, from the start of the segment. */
  get from(): number {
    return this.index * PieceTree.pieceBytes + this.segment.heldOf(this.index)
  }

  /**
   * The state of our request over HTTP. `failed`: for one second after a failed request, for ever after wrong bytes of the relay, and while
   * only a neighbour says that the segment has these bytes.
   */
  httpAt(nowMs: number): Want['relay'] {
    const isPaused = nowMs < this.#httpFailedMs + httpPauseMs
    if (this.#http === 'failed' && !isPaused) this.#http = 'idle'
    const isStated = endOf(this.index, this.segment.relayLength) > this.offset
    return this.#http === 'idle' && !isStated ? 'failed' : this.#http
  }

  askHttp(nowMs: number): void {
    this.#http = 'asked'
    this.httpAskedMs = nowMs
  }

  /**
   * The relay did not send the piece over HTTP, or sent wrong bytes. Now we can ask all neighbours again, even the neighbours that did not
   * answer.
   */
  httpFailed(nowMs: number): void {
    this.#http = 'failed'
    this.#httpFailedMs = nowMs
    this.refusals?.clear()
  }

  /** The relay has answered. If bytes are still missing, we can ask the relay again. */
  httpAnswered(): void {
    this.#http = 'idle'
  }

  /** The asked neighbour does not deliver the piece. We can ask this neighbour again from `retryAtMs` on. */
  refuse(retryAtMs: number): void {
    if (!this.asked) return
    this.refusals ??= new Map()
    this.refusals.set(this.asked.neighbourId, retryAtMs)
    this.asked = undefined
  }
}

/** The text from which `seedOf` computes the seed of a piece. All members use the same text, so they find the same owners. */
export const seedTextOf = ({ streamId, sequenceNumber }: Place, index: number): string =>
  `${streamId}/${sequenceNumber}/${index}`

/** The number of bytes of a piece in a prefix of `length` bytes; 0 if the prefix ends before the piece. */
export const endOf = (index: number, length: number): number =>
  Math.max(0, Math.min(PieceTree.pieceBytes, length - index * PieceTree.pieceBytes))
