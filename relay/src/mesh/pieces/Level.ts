import { PieceTree } from '@lp/contracts/protocol'
import { keyOf } from '../SegmentStore'
import { endOf, PieceWant } from './PieceWant'
import type { SegmentPieces } from './SegmentPieces'
import type { FollowedLevel } from './Sharing'

/** If we learn a header within this time after the first header of its level, we assume that its segment is older than our membership. */
const backlogMs = 250

/** A level (the source or a rendition) that we play: the pieces that the player waits for. */
export class Level {
  /** The newest settings of the player. */
  followed: FollowedLevel
  readonly #wants = new Map<string, PieceWant>()
  #startedMs: number | undefined

  constructor(followed: FollowedLevel) {
    this.followed = followed
  }

  get wants(): readonly PieceWant[] {
    return [...this.#wants.values()]
  }

  want({ place }: SegmentPieces, index: number): PieceWant | undefined {
    return this.#wants.get(`${keyOf(place)}/${index}`)
  }

  /**
   * Adds the wants for all missing pieces that the player needs, and sets all deadlines. Returns the wants that are over: their bytes have
   * arrived, or the player does not need them. `isAlone`: no other member could hold older pieces.
   */
  refresh(segments: readonly SegmentPieces[], { nowMs, isAlone }: { nowMs: number; isAlone: boolean }): PieceWant[] {
    const open = new Map<string, PieceWant>()
    for (const segment of segments) {
      const { isComplete, wantedLength, place } = segment
      if (wantedLength === 0) continue
      this.#startedMs ??= nowMs
      if (isComplete) continue
      for (let index = 0; index < PieceTree.count(wantedLength); index++) {
        const key = `${keyOf(place)}/${index}`
        const known = this.#wants.get(key)
        if (!known?.isWhole && segment.heldOf(index) >= endOf(index, wantedLength)) continue
        const atMs = segment.capturedAtMs(index * PieceTree.pieceBytes + segment.heldOf(index))
        const deadlineMs = this.followed.deadlineMs({ sequenceNumber: place.sequenceNumber, atMs })
        if (deadlineMs === undefined) continue
        const isBacklog = !isAlone && nowMs - this.#startedMs < backlogMs
        const want = known ?? new PieceWant(segment, { index, nowMs, isBacklog })
        want.deadlineMs = deadlineMs
        open.set(key, want)
      }
    }
    const over = [...this.#wants].flatMap(([key, want]) => (open.get(key) === want ? [] : [want]))
    this.#wants.clear()
    for (const [key, want] of open) this.#wants.set(key, want)
    return over
  }

  /** Gives up all wants, and returns them. */
  clear(): PieceWant[] {
    const over = this.wants
    this.#wants.clear()
    return [...over]
  }
}
