/** While no other member is connected, we wait for members until this time after we have joined. */
const patienceMs = 2_000
/** A member that we meet tells us within this time which pieces it holds. */
const welcomeMs = 250
/** Bytes that the player needs within this time do not wait. The longest reserve of `mesh/pieces/schedule` is a little longer. */
const urgentMs = 1_000

/**
 * The first seconds in a mesh. The mesh would get all bytes from relays, because no other member is connected yet. Most bytes can wait for
 * a member: the player needs only the first bytes immediately.
 */
export class Joining {
  readonly #sinceMs: number
  #metMs: number | undefined

  constructor(nowMs: number) {
    this.#sinceMs = nowMs
  }

  /** A member is connected. */
  met(nowMs: number): void {
    this.#metMs ??= nowMs
  }

  isOver(nowMs: number): boolean {
    return nowMs >= (this.#metMs === undefined ? this.#sinceMs + patienceMs : this.#metMs + welcomeMs)
  }

  /** Whether bytes that the player needs at `deadlineMs` wait. */
  mayWait(deadlineMs: number, nowMs: number): boolean {
    return !this.isOver(nowMs) && deadlineMs > nowMs + urgentMs
  }
}
