import type { Verdict } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { type Conclusion, checkSegment } from '../check/checkSegment'
import type { Runner } from '../check/Runner'
import type { Challenge } from './Challenge'
import { ChallengeWatcher } from './ChallengeWatcher'
import { collect, type Tools } from './collect'
import { Queue } from './Queue'

export type VerifierOptions = Tools & {
  runner: Runner
  /** Gives the verdict on chain; `false` when the contract wants none any more. */
  report(requestId: Hex, verdict: Verdict.Verdict): Promise<boolean>
  /** It is on chain. `seconds`: what the check took. */
  onVerdict(challenge: Challenge, conclusion: Conclusion & { seconds: number }): void
  /** The deadline has passed without a verdict. */
  onMissed(challenge: Challenge): void
  /** The chain or this machine failed; the verifier goes on. */
  onFault(error: Error): void
}

/** More than the honest claims of an hour leave waiting. */
const maxWaiting = 4_096
/** Of different transcoders, so that a slow one holds up nobody but itself. */
const maxAtOnce = 4
/** So long before its deadline a verdict is on its way, whatever is missing. */
const marginBlocks = 15n

/**
 * Re-checks challenged segments, the most urgent first, and reports what it finds. It keeps nothing of its own: after a
 * crash the chain tells what is still unanswered.
 */
export class Verifier {
  readonly #options: VerifierOptions
  readonly #queue = new Queue({ max: maxWaiting })
  readonly #watcher: ChallengeWatcher
  readonly #closing = new AbortController()
  /** At work, by request. */
  readonly #collecting = new Map<Hex, Challenge>()
  readonly #reporting = new Map<Hex, Promise<void>>()
  readonly #concluded = new Map<Hex, Conclusion & { seconds: number }>()
  /** One check at a time: ffmpeg takes a whole core. */
  #lastCheck: Promise<unknown> = Promise.resolve()
  #block = 0n

  constructor(options: VerifierOptions) {
    this.#options = options
    const { client, chainId, onFault, onMissed } = options
    this.#watcher = new ChallengeWatcher({
      ...{ client, chainId, onFault },
      hasRoom: () => !this.#queue.isFull,
      onChallenge: (challenge) => this.#queue.add(challenge),
      onBlock: (block) => {
        this.#block = block
        for (const challenge of this.#queue.expire(block)) {
          this.#concluded.delete(challenge.requestId)
          onMissed(challenge)
        }
        this.#start()
      },
    })
  }

  /** The last block that was searched for challenges. */
  get block(): bigint {
    return this.#block
  }

  /** The most urgent first. */
  get waiting(): readonly Challenge[] {
    return this.#queue.challenges
  }

  /** Gives up what it is doing; a verdict that is on its way to the chain is waited for. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.#watcher.close()
    await Promise.all(this.#reporting.values())
  }

  #start(): void {
    const isFree = ({ requestId, transcoder }: Challenge) =>
      !this.#reporting.has(requestId) &&
      ![...this.#collecting.values()].some((other) => other.transcoder === transcoder)
    while (!this.#closing.signal.aborted && this.#collecting.size < maxAtOnce) {
      const challenge = this.#queue.next(this.#block, isFree)
      if (!challenge) return
      const { requestId } = challenge
      // Before anything fails: a failure must neither lose the challenge nor repeat it at once.
      this.#queue.defer(requestId, this.#later(challenge))
      this.#collecting.set(requestId, challenge)
      this.#attempt(challenge)
        .catch((error: Error) => this.#fault(error))
        .finally(() => {
          this.#collecting.delete(requestId)
          this.#start()
        })
    }
  }

  async #attempt(challenge: Challenge): Promise<void> {
    const { requestId, deadline } = challenge
    const conclusion = this.#concluded.get(requestId) ?? (await this.#conclude(challenge))
    if (this.#closing.signal.aborted) return
    if (conclusion.verdict === 'Unavailable' && this.#block + marginBlocks < deadline) return
    this.#concluded.set(requestId, conclusion)
    // Not waited for: blocks may be slow to come.
    const reporting = this.#report(challenge, conclusion)
      .catch((error: Error) => this.#fault(error))
      .finally(() => this.#reporting.delete(requestId))
    this.#reporting.set(requestId, reporting)
  }

  async #conclude(challenge: Challenge): Promise<Conclusion & { seconds: number }> {
    const { runner } = this.#options
    const { signal } = this.#closing
    const material = await collect(challenge, { tools: this.#options, signal })
    const check = this.#lastCheck.then(async () => {
      signal.throwIfAborted()
      const startedAt = performance.now()
      const conclusion = await checkSegment({ runner, ...material })
      return { ...conclusion, seconds: (performance.now() - startedAt) / 1_000 }
    })
    this.#lastCheck = check.catch(() => undefined)
    return check
  }

  async #report(challenge: Challenge, conclusion: Conclusion & { seconds: number }): Promise<void> {
    const { report, onVerdict } = this.#options
    const { requestId } = challenge
    const isReported = await report(requestId, conclusion.verdict)
    this.#queue.remove(requestId)
    this.#concluded.delete(requestId)
    if (isReported) onVerdict(challenge, conclusion)
  }

  #fault(error: Error): void {
    if (!this.#closing.signal.aborted) this.#options.onFault(error)
  }

  /** Tries come closer to each other as the deadline comes near. */
  #later({ deadline }: Challenge): bigint {
    const left = deadline - marginBlocks - this.#block
    return this.#block + (left > 4n ? left / 4n : 1n)
  }
}
