import { followDraw, StreamDirectory } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import type { Hex, PublicClient } from 'viem'
import { TransactionError } from '../act/TransactionError'
import type { Problem } from '../ui/Problem'
import { isChainAway } from '../wallet/problemOf'

const log = logOf('broadcast')

type Candidates = readonly StreamDirectory.Candidate[]

export type FollowJobOptions = {
  jobId: Hex
  signal: AbortSignal
  /** A reorganisation has changed the draw. */
  onRedraw(candidates: Candidates): void
  /** `true`: no block contains the job any more. `false`: a block contains the job again. */
  onMissing(isMissing: boolean): void
  /** Asks the wallet to post the job again. Rejects with `TransactionError`. */
  postAgain(): Promise<void>
  /** Called after the first draw, for the errors that `followJob` throws before it. */
  onFailed(error: unknown): void
}

/** If the chain does not answer, the page waits for this time before it gives up, because the deposit is already paid. */
const chainPatienceMs = 30_000
/**
 * After a block was replaced, the chain usually includes its transactions again in a later block. After this number of blocks without the
 * job, the page asks the wallet to post the job again.
 */
const patienceBlocks = 3

/**
 * Waits for the block that decides the draw. Until the job is final, posts the job again if a reorganisation removes it.
 * Throws `NoTranscoderDrawnError`, `ChainLostError`, `TransactionError`.
 */
export function followJob(client: PublicClient, options: FollowJobOptions): Promise<Candidates> {
  const { jobId, signal, onRedraw, onMissing, postAgain, onFailed } = options
  return new Promise((resolve, reject) => {
    let isDrawn = false
    let isPosting = false
    let patience: ReturnType<typeof setTimeout> | undefined
    const unfollow = () => {
      clearTimeout(patience)
      stop()
    }
    const stop = followDraw(client, {
      jobId,
      onAnswer() {
        clearTimeout(patience)
        patience = undefined
      },
      onDraw(candidates) {
        if (candidates.length === 0) return fail(new NoTranscoderDrawnError())
        if (isDrawn) return onRedraw(candidates)
        isDrawn = true
        resolve(candidates)
      },
      onMissing(blocks) {
        onMissing(blocks > 0)
        if (blocks > 0 && blocks % patienceBlocks === 0) void post()
      },
      onFault(cause) {
        // After the draw, the stream continues without the chain.
        if (isDrawn) return log.debug('the chain is away', () => ({ cause }))
        if (!isChainAway(cause)) return fail(cause)
        patience ??= setTimeout(() => void giveUp(cause), chainPatienceMs)
      },
    })
    /** Reads the chain once more before the page gives up, because the next block can be late. */
    async function giveUp(cause: unknown) {
      patience = undefined
      const isAway = await StreamDirectory.readJob(client, jobId).then(() => false, isChainAway)
      if (isAway && !isDrawn && !signal.aborted) fail(new ChainLostError({ cause }))
    }
    function fail(error: unknown) {
      unfollow()
      if (isDrawn) onFailed(error)
      else reject(error)
    }
    async function post() {
      if (isPosting) return
      isPosting = true
      try {
        await postAgain()
      } catch (error) {
        // Either a block contains the job again, or the chain does not answer. The next blocks show which.
        log.debug('not posted again', () => ({ error }))
        const isBack = error instanceof TransactionError && error.revert?.name === 'JobActive'
        if (!isBack && !isChainAway(error instanceof TransactionError ? error.cause : error)) fail(error)
      } finally {
        isPosting = false
      }
    }
    signal.addEventListener('abort', () => {
      unfollow()
      reject(signal.reason)
    })
  })
}

export class NoTranscoderDrawnError extends Error {
  override readonly name = 'Job.NoTranscoderDrawnError'
  readonly problem: Problem = {
    sentence: 'No transcoder was free at this price.',
    nextStep: 'Your deposit is safe. Try again in a minute, or choose another quality.',
  }
}

export class ChainLostError extends Error {
  override readonly name = 'Job.ChainLostError'
  readonly problem: Problem = {
    sentence: 'The chain does not answer any more.',
    nextStep: 'Your deposit is safe. Check your connection, and try again.',
  }
  constructor(options: ErrorOptions) {
    super('The chain stopped answering after the job was posted.', options)
  }
}
