import type { Hex } from 'viem'
import type { Challenge } from './Challenge'

type Waiting = { challenge: Challenge; notBefore: bigint }

/** Challenges that wait for a verdict; the most urgent first. */
export class Queue {
  readonly #waiting = new Map<Hex, Waiting>()
  readonly #max: number

  /** `max`: what strangers can make us hold. */
  constructor({ max }: { max: number }) {
    this.#max = max
  }

  get challenges(): Challenge[] {
    return [...this.#waiting.values()].map(({ challenge }) => challenge).sort(byDeadline)
  }

  get isFull(): boolean {
    return this.#waiting.size >= this.#max
  }

  has(requestId: Hex): boolean {
    return this.#waiting.has(requestId)
  }

  add(challenge: Challenge): void {
    if (!this.has(challenge.requestId)) this.#waiting.set(challenge.requestId, { challenge, notBefore: 0n })
  }

  /** What to do in this block, among those that `isFree`; it stays here until it is removed. */
  next(block: bigint, isFree: (challenge: Challenge) => boolean = () => true): Challenge | undefined {
    return [...this.#waiting.values()]
      .filter(({ challenge, notBefore }) => notBefore <= block && isFree(challenge))
      .map(({ challenge }) => challenge)
      .sort(byDeadline)[0]
  }

  /** Not again before this block. */
  defer(requestId: Hex, notBefore: bigint): void {
    const waiting = this.#waiting.get(requestId)
    if (waiting) waiting.notBefore = notBefore
  }

  remove(requestId: Hex): void {
    this.#waiting.delete(requestId)
  }

  /** Gives up, and returns, those for which it is too late. */
  expire(block: bigint): Challenge[] {
    const late = this.challenges.filter(({ deadline }) => deadline <= block)
    for (const { requestId } of late) this.remove(requestId)
    return late
  }
}

const byDeadline = (a: Challenge, b: Challenge) => Number(a.deadline - b.deadline)
