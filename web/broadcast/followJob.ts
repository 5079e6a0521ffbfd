import { followDraw, type StreamDirectory } from 'lp-relay'
import type { Hex, PublicClient } from 'viem'
import { TransactionError } from '../act/TransactionError'
import type { Problem } from '../ui/Problem'
import { isChainAway } from '../wallet/problemOf'

type Candidates = readonly StreamDirectory.Candidate[]

export type FollowJobOptions = {
  jobId: Hex
  signal: AbortSignal
  /** A replaced block has made the draw anew. */
  onRedraw(candidates: Candidates): void
  /** No block holds the job any more; or one does again. */
  onMissing(isMissing: boolean): void
  /** Asks the wallet to post the job once more. Rejects with `TransactionError`. */
  postAgain(): Promise<void>
  /** After the first draw: what `followJob` throws before it. */
  onFailed(error: unknown): void
}

/** The job is paid for: a chain that is away is waited for so long. */
const chainPatienceMs = 30_000
/** What a replaced block held comes back by itself, as a rule: the wallet is asked only after so many blocks without it. */
const patienceBlocks = 3

/**
 * Waits for the block that decides the draw, and sees to it that the job stays on chain until no reorganisation can undo
 * it. Throws `NobodyDrawnError`, `ChainLostError`, `TransactionError`.
 */
export function followJob(client: PublicClient, options: FollowJobOptions): Promise<Candidates> {
  const { jobId, signal, onRedraw, onMissing, postAgain, onFailed } = options
  return new Promise((resolve, reject) => {
    let isDrawn = false
    let isPosting = false
    let awaySinceMs: number | undefined
    const stop = followDraw(client, {
      jobId,
      onAnswer() {
        awaySinceMs = undefined
      },
      onDraw(candidates) {
        if (candidates.length === 0) return fail(new NobodyDrawnError())
        if (isDrawn) return onRedraw(candidates)
        isDrawn = true
        resolve(candidates)
      },
      onMissing(blocks) {
        onMissing(blocks > 0)
        if (blocks > 0 && blocks % patienceBlocks === 0) void post()
      },
      onFault(cause) {
        // Once a transcoder has the job, the stream does not need the chain.
        if (isDrawn) return
        if (!isChainAway(cause)) return fail(cause)
        awaySinceMs ??= Date.now()
        if (Date.now() - awaySinceMs > chainPatienceMs) fail(new ChainLostError({ cause }))
      },
    })
    function fail(error: unknown) {
      stop()
      if (isDrawn) onFailed(error)
      else reject(error)
    }
    async function post() {
      if (isPosting) return
      isPosting = true
      try {
        await postAgain()
      } catch (error) {
        // It has come back by itself, or the chain is away: the next blocks will show.
        const isBack = error instanceof TransactionError && error.revert?.name === 'JobActive'
        if (!isBack && !isChainAway(error instanceof TransactionError ? error.cause : error)) fail(error)
      } finally {
        isPosting = false
      }
    }
    signal.addEventListener('abort', () => {
      stop()
      reject(signal.reason)
    })
  })
}

export class NobodyDrawnError extends Error {
  override readonly name = 'Job.NobodyDrawnError'
  readonly problem: Problem = {
    sentence: 'No transcoder was free at this price.',
    nextStep: 'Your deposit is safe. Try again in a minute, or pick another quality.',
  }
}

export class ChainLostError extends Error {
  override readonly name = 'Job.ChainLostError'
  readonly problem: Problem = {
    sentence: 'The chain has stopped answering.',
    nextStep: 'Your deposit is safe. Check your connection, and try again when the chain is back.',
  }
  constructor(options: ErrorOptions) {
    super('The chain went away after the job was posted.', options)
  }
}
