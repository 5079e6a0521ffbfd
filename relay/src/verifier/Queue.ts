import type { Hex } from 'viem'
import type { Challenge } from './Challenge'

type Waiting = { challenge: Challenge; notBefore: bigint }

/** Challenges that wait for a verdict. The most urgent challenge, which has the earliest deadline, comes first. */
export class Queue {
  readonly #waiting = new Map<Hex, Waiting>()
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
    if (!this.#waiting.has(challenge.requestId)) this.#waiting.set(challenge.requestId, { challenge, notBefore: 0n })
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
  defer(requestId: Hex, notBefore: bigint): void {
    const waiting = this.#waiting.get(requestId)
    if (waiting) waiting.notBefore = notBefore
  }

  remove(requestId: Hex): void {
    this.#waiting.delete(requestId)
  }

  /** Removes the challenges whose deadline has passed, and returns them. */
  removeExpired(block: bigint): Challenge[] {
    const expired = this.challenges.filter(({ deadline }) => deadline <= block)
    for (const { requestId } of expired) this.remove(requestId)
    return expired
  }
}

const byDeadline = (a: Challenge, b: Challenge) => Number(a.deadline - b.deadline)
