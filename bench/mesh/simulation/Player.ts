import { partMs, partOf, partsPerSegment, piecesPerPart, startMsOf } from './Stream'

/** Until the player is at its target, it plays this much faster or slower. */
const catchUp = 0.1
/** A player that is further behind its target than this skips forward, if the media at the target have arrived. */
const skipMs = 1_500
/** The rules of `web/watch/ExtraLatency.ts`: bytes that come later than `leastSpareMs` before their deadline make the player play later. */
const leastSpareMs = 200
const stepMs = 400
const mostExtraMs = 3_000
const againMs = 500
const holdMs = 3_000
const returnPerMs = 0.5

/** Plays parts in order, and records how far behind live it plays and how long it stalls. */
export class Player {
  latencyMs: number
  stallMs = 0
  stalls = 0
  /** Time from the join to the first picture. */
  startUpMs: number | undefined
  readonly firstPart: number
  /** When the viewer asks for its first bytes. */
  readonly startsMs: number
  readonly #joinedMs: number
  #targetMs: number
  #extraMs = 0
  #lateMs = Number.NEGATIVE_INFINITY
  readonly #missing = new Map<number, number>()
  /** The first part that is not yet complete. */
  #next: number
  /** The part whose picture is shown first. */
  readonly #shown: number

  constructor({ joinedMs, startsMs, targetMs }: { joinedMs: number; startsMs: number; targetMs: number }) {
    this.#joinedMs = joinedMs
    this.startsMs = startsMs
    this.#targetMs = targetMs
    this.latencyMs = targetMs
    this.#shown = Math.max(0, Math.floor((startsMs - targetMs) / partMs))
    // A decoder can only begin at the start of a segment.
    this.firstPart = Math.floor(this.#shown / partsPerSegment) * partsPerSegment
    this.#next = this.firstPart
  }

  get isPlaying(): boolean {
    return this.startUpMs !== undefined
  }

  /** From now on, the player goes to this latency. */
  aim(targetMs: number): void {
    this.#targetMs = targetMs
  }

  deadlineMsOf(part: number): number {
    // A new player needs the first byte of its first segment immediately.
    return this.isPlaying ? startMsOf(part) + this.latencyMs : this.startsMs + startMsOf(part - this.firstPart)
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
    const spareMs = this.deadlineMsOf(part) - nowMs
    this.#addExtra(spareMs, nowMs)
    if (spareMs < 0) {
      this.stallMs -= spareMs
      this.stalls++
      this.latencyMs -= spareMs
    }
    const goalMs = this.#targetMs + this.#extraAt(nowMs)
    if (this.latencyMs > goalMs + skipMs && nowMs < startMsOf(part + 1) + goalMs) this.latencyMs = goalMs
    const stepMs = catchUp * partMs
    this.latencyMs += Math.min(stepMs, Math.max(-stepMs, goalMs - this.latencyMs))
  }

  #addExtra(spareMs: number, nowMs: number): void {
    if (spareMs >= leastSpareMs || nowMs < this.#lateMs + againMs) return
    this.#extraMs = Math.min(mostExtraMs, this.#extraAt(nowMs) + leastSpareMs - spareMs + stepMs)
    this.#lateMs = nowMs
  }

  #extraAt(nowMs: number): number {
    return Math.max(0, this.#extraMs - Math.max(0, nowMs - this.#lateMs - holdMs) * returnPerMs)
  }
}
