import { extraLatencyOf } from 'lp-relay'

/** The largest decrease, in milliseconds for each millisecond. hls.js plays 10 % faster at most, and jumps if it must come nearer at once. */
const fall = 0.1

/**
 * How much later than in a small room the player plays. A larger room counts at once. If the room becomes smaller, the latency decreases
 * slowly, because the player would jump: a change of the quality or a new connection makes the room look small for a moment.
 */
export class RoomLatency {
  #ms = 0
  #atMs = 0

  /** In milliseconds. `roomSize`: the members of the room that play the same level, and this viewer. */
  at(roomSize: number, nowMs: number): number {
    this.#ms = Math.max(extraLatencyOf(roomSize), this.#ms - (nowMs - this.#atMs) * fall)
    this.#atMs = nowMs
    return this.#ms
  }
}
