import { ProtocolError } from '@lp/contracts/protocol'
import type { PieceMessage } from '../pieceMessages'
import type { Place } from '../SegmentStore'
import { type Announcer, indexesOf } from './Announcer'
import type { Members } from './Members'
import { ownerOf, seedOf } from './owners'
import type { PieceNeighbour } from './PieceNeighbour'
import type { PieceUploads } from './PieceUploads'
import { endOf, type PieceWant, seedTextOf } from './PieceWant'
import type { SegmentPieces, Verdict } from './SegmentPieces'
import { inPushOrder } from './schedule'

type Piece = Omit<Extract<PieceMessage, { type: 'piece' }>, 'type'>
/** Bytes of a piece that we now hold, up to the end of the prefix of `length` bytes. `offset`: the first new byte. */
type News = { index: number; length: number; offset: number }

export type PieceIntakeOptions = {
  members: Members
  announcer: Announcer
  uploads: PieceUploads
  /** Whether we push pieces to other viewers. */
  isViewer: boolean
  onGrown(segment: SegmentPieces): void
}

/** How long a pushed piece is of use if we have no deadline for it. */
const pushMs = 3_000
/** If a neighbour sent a piece that we could not check yet, we ask the neighbour again after this time. */
const retryMs = 300

/** Checks the pieces that arrive, and keeps them. If we are a viewer, pushes them to other viewers immediately. */
export class PieceIntake {
  readonly #options: PieceIntakeOptions
  bytesFromPeers = 0
  bytesFromRelays = 0

  constructor(options: PieceIntakeOptions) {
    this.#options = options
  }

  /**
   * A neighbour sent a piece. `want`: the want of our request; `undefined`: a push, or the answer to a withdrawn request. Resolves to
   * whether the bytes matched a signed header. Rejects with `WrongPieceError` or `UselessPushError`, for which the neighbour is at fault,
   * or with `PrefixContradictionError`, for which the key of the stream is at fault.
   */
  async fromNeighbour(
    neighbour: PieceNeighbour,
    piece: Piece,
    { want, segment }: { want: PieceWant | undefined; segment: SegmentPieces | undefined },
  ): Promise<boolean> {
    const { index, length, offset, data } = piece
    const held = segment?.heldOf(index) ?? 0
    const verdict = segment ? await segment.add(piece) : 'unknown'
    const { nowMs, level } = { nowMs: performance.now(), level: this.#options.members.levels.get(piece.streamId) }
    if (verdict === 'wrong') throw new WrongPieceError(piece)
    if (piece.requestId === 0 && verdict !== 'added') neighbour.allowances.uselessPush()
    if (verdict === 'unknown') {
      want?.refuse(nowMs + retryMs)
      return false
    }
    const open = want ?? (segment && level?.want(segment, index))
    if (verdict === 'doubtful') {
      // A hostile push must not replace our open request to another neighbour. And if this neighbour has already failed to deliver the
      // piece, we do not ask it again.
      if (!open || (open.asked && !want) || open.refusals?.has(neighbour.peer.id)) return false
      // Only the whole piece shows whether this neighbour or the key of the stream is at fault.
      open.isWhole = true
      neighbour.ask(open, { nowMs, expectedMs: neighbour.rttMs })
      return false
    }
    // A neighbour must not win an upload slot with pushes of pieces that we hold already.
    if (verdict === 'added' || piece.requestId !== 0) {
      // Only now do we name this neighbour to our other neighbours.
      if (neighbour.bytesFrom === 0) this.#options.members.changed()
      neighbour.bytesFrom += data.length
    }
    if (piece.requestId === 0) neighbour.bytesTaken += data.length
    if (neighbour.isRelay) this.bytesFromRelays += data.length
    else this.bytesFromPeers += data.length
    if (want) want.asked = undefined
    if (open && offset === 0) open.isWhole = false
    if (verdict === 'added' && segment) this.#keep(segment, { index, length, offset: held }, neighbour)
    return true
  }

  /** The relay sent a piece over HTTP. */
  fromRelay(
    want: PieceWant,
    { verdict, length, offset, byteLength }: { verdict: Verdict; length: number; offset: number; byteLength: number },
  ): void {
    this.bytesFromRelays += byteLength
    if (offset === 0 && verdict !== 'unknown' && verdict !== 'wrong') want.isWhole = false
    if (verdict === 'added') this.#keep(want.segment, { index: want.index, length, offset }, undefined)
  }

  /** Keeps bytes from another source than the mesh. Resolves to whether they match the prefix of `length` bytes and extend the segment. */
  async offer(segment: SegmentPieces, bytes: Uint8Array, length: number): Promise<boolean> {
    const from = segment.heldLength
    if (from >= length || !(await segment.append(bytes, length))) return false
    const pieces = indexesOf(length).filter((index) => endOf(index, length) > endOf(index, from))
    for (const index of pieces) this.#push(segment, { index, length, offset: endOf(index, from) }, undefined)
    this.#options.announcer.held(segment, length, pieces)
    this.#options.onGrown(segment)
    return true
  }

  #keep(segment: SegmentPieces, news: News, from: PieceNeighbour | undefined): void {
    const { announcer, onGrown } = this.#options
    this.#push(segment, news, from)
    announcer.held(segment, news.length, [news.index])
    // From now on, we can prove every piece of the whole segment.
    if (segment.isComplete) announcer.held(segment, segment.knownLength, indexesOf(segment.knownLength))
    onGrown(segment)
  }

  /**
   * Pushes new bytes to the viewers among our neighbours that follow the level, but only if we own the piece and the bytes did not come
   * from a viewer. In a room of more than 17 members, only some of these viewers get a push (`mayGive`).
   */
  #push(segment: SegmentPieces, { index, length, offset }: News, from: PieceNeighbour | undefined): void {
    const { members, uploads, isViewer } = this.#options
    const { place } = segment
    const others = members.of(place.streamId)
    if (!isViewer) return
    const seed = seedOf(seedTextOf(place, index))
    if ((from && !from.isRelay) || ownerOf(others, members.self, seed)) return
    const end = endOf(index, length)
    const deadlineMs = this.#deadlineMs(segment, index)
    const neighbours = inPushOrder([...members.neighbours.values()], { seed, uploads: ({ owner }) => owner.weight > 0 })
    const copies = neighbours.filter((neighbour) => neighbour.endOf(place, index) >= end).length
    for (const to of neighbours) {
      if (to === from || !to.follows.has(place.streamId) || to.isRelay) continue
      if (to.endOf(place, index) < end) uploads.push({ to, segment, length, index, offset, deadlineMs, copies })
    }
  }

  #deadlineMs(segment: SegmentPieces, index: number): number {
    const want = this.#options.members.levels.get(segment.place.streamId)?.want(segment, index)
    return want?.deadlineMs ?? performance.now() + pushMs
  }
}

export class WrongPieceError extends ProtocolError {
  override readonly name = 'PieceIntake.WrongPieceError'
  constructor({ streamId, sequenceNumber, index }: Place & { index: number }) {
    super('The piece does not match the signed header of its segment.', {
      details: [`Stream: ${streamId}`, `Segment: ${sequenceNumber}`, `Piece: ${index}`],
    })
  }
}
