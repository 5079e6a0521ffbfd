import { partMs, partOf, partsPerSegment, piecesPerPart, startMsOf } from './Stream'

/** After a stall, the player plays faster by this part of the normal rate, until it is back at its target. */
const catchUp = 0.1
/** A player that is further behind its target than this skips forward, if the media at the target have arrived. */
const skipMs = 1_500
/** The deadline of a new viewer's first pieces, counted from the join. Shortly before this deadline, the viewer asks the relay. */
const startMs = 1_200

/** Plays parts in order, and records how far behind live it plays and how long it stalls. */
export class Player {
  latencyMs: number
  stallMs = 0
  stalls = 0
  /** Time from the join to the first picture. */
  startUpMs: number | undefined
  readonly firstPart: number
  readonly #joinedMs: number
  readonly #targetMs: number
  readonly #missing = new Map<number, number>()
  /** The first part that is not yet complete. */
  #next: number
  /** The part whose picture is shown first. */
  readonly #shown: number

  constructor(joinedMs: number, targetMs: number) {
    this.#joinedMs = joinedMs
    this.#targetMs = targetMs
    this.latencyMs = targetMs
    this.#shown = Math.max(0, Math.floor((joinedMs - targetMs) / partMs))
    // A decoder can only begin at the start of a segment.
    this.firstPart = Math.floor(this.#shown / partsPerSegment) * partsPerSegment
    this.#next = this.firstPart
  }

  get isPlaying(): boolean {
    return this.startUpMs !== undefined
  }

  deadlineMsOf(part: number): number {
    if (this.isPlaying) return startMsOf(part) + this.latencyMs
    return Math.max(
      startMsOf(part) + this.#targetMs,
      this.#joinedMs + startMs + Math.max(0, startMsOf(part - this.#shown)),
    )
  }

  /** How long playback has been waiting for its next part. */
  waitingMs(nowMs: number): number {
    return this.isPlaying ? Math.max(0, nowMs - this.deadlineMsOf(this.#next)) : 0
  }

  receive(piece: number, nowMs: number): void {
    const part = partOf(piece)
    this.#missing.set(part, (this.#missing.get(part) ?? piecesPerPart) - 1)
    while (this.#missing.get(this.#next) === 0) {
      this.#missing.delete(this.#next)
      this.#complete(this.#next++, nowMs)
    }
  }

  #complete(part: number, nowMs: number): void {
    if (!this.isPlaying) {
      if (part < this.#shown) return
      this.startUpMs = nowMs - this.#joinedMs
      this.latencyMs = Math.max(this.#targetMs, nowMs - startMsOf(part))
      return
    }
    const lateMs = nowMs - this.deadlineMsOf(part)
    if (lateMs > 0) {
      this.stallMs += lateMs
      this.stalls++
      this.latencyMs += lateMs
    }
    if (this.latencyMs > this.#targetMs + skipMs && nowMs < startMsOf(part + 1) + this.#targetMs)
      this.latencyMs = this.#targetMs
    this.latencyMs = Math.max(this.#targetMs, this.latencyMs - catchUp * partMs)
  }
}
