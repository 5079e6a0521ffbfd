import { usualS } from './hlsConfig'

/** If bytes came late so often that the player kept at least this extra latency for `chronicMs`, this machine or its network is too slow. */
const chronicExtraMs = 2_000
/** Longer than a short load of another program: after such a load, the player is soon back at its short latency. */
const chronicMs = 25_000
/** How long the player is patient then, before it tries parts again. Each further time is twice as long. */
const leastMs = 60_000

/**
 * Decides whether the player gets only whole segments (`Viewer.bePatient`). With parts, the player is nearer to live, but needs more CPU time:
 * more signatures, requests and appends. A viewer that has chosen to be far enough behind live needs no parts. A viewer whose bytes always
 * come late would only make all its bytes later with them.
 */
export class Patience {
  readonly #isChosen: boolean
  /** Since when the extra latency is large. */
  #sinceMs = Number.POSITIVE_INFINITY
  #untilMs = Number.NEGATIVE_INFINITY
  #nextMs = leastMs

  /** `chosenS`: the time from camera to screen that the viewer wants, in seconds. */
  constructor(chosenS: number) {
    this.#isChosen = chosenS >= usualS.withoutParts
  }

  /** `extraMs`: the latency that the player adds now because bytes came late. */
  at(extraMs: number, nowMs: number): boolean {
    if (this.#isChosen) return true
    if (nowMs < this.#untilMs) return true
    this.#sinceMs = extraMs < chronicExtraMs ? Number.POSITIVE_INFINITY : Math.min(this.#sinceMs, nowMs)
    if (nowMs < this.#sinceMs + chronicMs) return false
    this.#sinceMs = Number.POSITIVE_INFINITY
    this.#untilMs = nowMs + this.#nextMs
    this.#nextMs *= 2
    return true
  }
}
