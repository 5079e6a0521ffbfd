import type { Verdict } from '@lp/contracts/protocol'
import { BlockRunner } from '../chain/BlockRunner'
import { type Conclusion, checkSegment } from '../check/checkSegment'
import type { Runner } from '../check/Runner'
import { logOf } from '../log'
import { type Challenge, type Key, keyOf } from './Challenge'
import { ChallengeSearch } from './ChallengeSearch'
import { fetchMaterial, type MaterialOptions } from './fetchMaterial'
import { Queue } from './Queue'
import type { VerifierContract } from './VerifierContract'

export type VerifierOptions = Omit<MaterialOptions, 'signal'> & {
  /** The verifier gives verdicts only on the requests to this contract. */
  contract: VerifierContract
  runner: Runner
  /** Reports the verdict on chain. Resolves with `false` when the contract accepts no verdict on the request any more. */
  report(challenge: Challenge, verdict: Verdict.Verdict): Promise<boolean>
  /** Called when the verdict is on chain. `conclusion.seconds`: the time that the check took. */
  onVerdict(challenge: Challenge, conclusion: TimedConclusion): void
  /** Called when the deadline has passed without a verdict. */
  onMissed(challenge: Challenge): void
  /** Called when the chain, a relay or this machine failed. The verifier tries again. */
  onFault(error: Error): void
}

const log = logOf('verifier')

type TimedConclusion = Conclusion & { seconds: number }

/** The largest number of challenges in the queue. While the queue is full, `ChallengeSearch` reads no further blocks. */
const maxWaiting = 4_096
/**
 * The largest number of challenges that are in progress at the same time. Each is of a different transcoder, so that a slow
 * transcoder delays only its own challenges.
 */
const maxAtOnce = 4
/**
 * The verifier tries again to fetch missing payloads until this number of blocks before the deadline. After that, it reports the
 * verdict `Unavailable` if a payload is still missing.
 */
const marginBlocks = 15n

/**
 * Checks challenged segments, the most urgent first, and reports its verdicts. The verifier stores nothing. After a crash, the
 * chain shows which challenges wait for a verdict.
 */
export class Verifier {
  readonly #options: VerifierOptions
  readonly #queue = new Queue({ maxLength: maxWaiting })
  readonly #search: ChallengeSearch
  readonly #blocks: BlockRunner
  readonly #closing = new AbortController()
  /** The challenges in progress: their payloads are being fetched, or their segment is being checked. */
  readonly #checking = new Map<Key, Challenge>()
  readonly #reporting = new Map<Key, Promise<void>>()
  readonly #concluded = new Map<Key, TimedConclusion>()
  /** The last check that was queued. Only one check runs at a time, because ffmpeg uses a whole processor core. */
  #lastCheck: Promise<unknown> = Promise.resolve()
  #block = 0n

  constructor(options: VerifierOptions) {
    this.#options = options
    const { client, chainId, contract, onFault } = options
    this.#search = new ChallengeSearch({
      ...{ client, chainId, contract },
      hasCapacity: () => !this.#queue.isFull,
      onChallenge: (challenge) => this.#queue.add(challenge),
    })
    this.#blocks = new BlockRunner({ client, act: (block) => this.#advance(block), onFault })
    this.#blocks.start()
  }

  /** The last block that was searched for challenges. */
  get block(): bigint {
    return this.#block
  }

  /** The most urgent challenge first. */
  get waiting(): readonly Challenge[] {
    return this.#queue.challenges
  }

  /** Aborts the checks. Resolves when the verdicts that were sent are on chain or have failed. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.#blocks.stop()
    await Promise.all(this.#reporting.values())
  }

  async #advance(block: bigint): Promise<void> {
    await this.#search.search(block)
    this.#block = block
    for (const challenge of this.#queue.removeExpired(block)) {
      this.#concluded.delete(keyOf(challenge))
      this.#options.onMissed(challenge)
    }
    this.#startChecks()
  }

  #startChecks(): void {
    const isFree = (challenge: Challenge) =>
      !this.#reporting.has(keyOf(challenge)) &&
      ![...this.#checking.values()].some(({ transcoder }) => transcoder === challenge.transcoder)
    while (!this.#closing.signal.aborted && this.#checking.size < maxAtOnce) {
      const challenge = this.#queue.next(this.#block, isFree)
      if (!challenge) return
      const key = keyOf(challenge)
      // The challenge is deferred before the check. So after a failure the challenge is not lost, and is not tried again
      // immediately.
      this.#queue.defer(challenge, this.#nextTry(challenge))
      this.#checking.set(key, challenge)
      this.#check(challenge)
        .catch((error: Error) => this.#fault(challenge, error))
        .finally(() => {
          this.#checking.delete(key)
          this.#startChecks()
        })
    }
  }

  async #check(challenge: Challenge): Promise<void> {
    const key = keyOf(challenge)
    const conclusion = this.#concluded.get(key) ?? (await this.#conclude(challenge))
    if (this.#closing.signal.aborted) return
    if (conclusion.verdict === 'Unavailable' && this.#block + marginBlocks < challenge.deadline) return
    this.#concluded.set(key, conclusion)
    // The next block can come late, so other checks continue while the verdict waits for a block.
    const reporting = this.#report(challenge, conclusion)
      .catch((error: Error) => this.#fault(challenge, error))
      .finally(() => this.#reporting.delete(key))
    this.#reporting.set(key, reporting)
  }

  async #conclude(challenge: Challenge): Promise<TimedConclusion> {
    const { client, chainId, fetch, onFault, runner } = this.#options
    const { signal } = this.#closing
    const material = await fetchMaterial(challenge, { client, chainId, fetch, onFault, signal })
    const check = this.#lastCheck.then(async () => {
      signal.throwIfAborted()
      const startedAt = performance.now()
      const conclusion = await checkSegment({ runner, ...material })
      return { ...conclusion, seconds: (performance.now() - startedAt) / 1_000 }
    })
    this.#lastCheck = check.catch(() => undefined)
    return check
  }

  async #report(challenge: Challenge, conclusion: TimedConclusion): Promise<void> {
    const { report, onVerdict } = this.#options
    const isReported = await report(challenge, conclusion.verdict)
    this.#queue.remove(challenge)
    this.#concluded.delete(keyOf(challenge))
    if (isReported) onVerdict(challenge, conclusion)
  }

  #fault({ claimId, sequenceNumber, deadline }: Challenge, error: Error): void {
    if (this.#closing.signal.aborted) return
    log.debug('no verdict yet', () => ({ claimId, sequenceNumber, deadline, error: error.message }))
    this.#options.onFault(error)
  }

  /** The block of the next try. The closer the deadline, the shorter the time between two tries. */
  #nextTry({ deadline }: Challenge): bigint {
    const left = deadline - marginBlocks - this.#block
    return this.#block + (left > 4n ? left / 4n : 1n)
  }
}
