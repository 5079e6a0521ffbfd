import { type Challenge, type Key, keyOf } from './Challenge'

type Waiting = { challenge: Challenge; notBefore: bigint }

/** Challenges that wait for a verdict. The most urgent challenge, which has the earliest deadline, comes first. */
export class Queue {
  readonly #waiting = new Map<Key, Waiting>()
  readonly #maxLength: number

  /** `maxLength` limits the memory that challenges can use. */
  constructor({ maxLength }: { maxLength: number }) {
    this.#maxLength = maxLength
  }

  get challenges(): Challenge[] {
    return [...this.#waiting.values()].map(({ challenge }) => challenge).sort(byDeadline)
  }

  get isFull(): boolean {
    return this.#waiting.size >= this.#maxLength
  }

  /** Adds a challenge. Changes nothing when the challenge is already in the queue. */
  add(challenge: Challenge): void {
    const key = keyOf(challenge)
    if (!this.#waiting.has(key)) this.#waiting.set(key, { challenge, notBefore: 0n })
  }

  /**
   * The most urgent challenge that is not deferred at this block and for which `isFree` returns `true`. The challenge stays in
   * the queue until it is removed.
   */
  next(block: bigint, isFree: (challenge: Challenge) => boolean = () => true): Challenge | undefined {
    return [...this.#waiting.values()]
      .filter(({ challenge, notBefore }) => notBefore <= block && isFree(challenge))
      .map(({ challenge }) => challenge)
      .sort(byDeadline)[0]
  }

  /** Until the block `notBefore`, `next` does not return this challenge. */
  defer(challenge: Challenge, notBefore: bigint): void {
    const waiting = this.#waiting.get(keyOf(challenge))
    if (waiting) waiting.notBefore = notBefore
  }

  remove(challenge: Challenge): void {
    this.#waiting.delete(keyOf(challenge))
  }

  /** Removes the challenges whose deadline has passed, and returns them. */
  removeExpired(block: bigint): Challenge[] {
    const expired = this.challenges.filter(({ deadline }) => deadline <= block)
    for (const challenge of expired) this.remove(challenge)
    return expired
  }
}

const byDeadline = (a: Challenge, b: Challenge) => Number(a.deadline - b.deadline)
