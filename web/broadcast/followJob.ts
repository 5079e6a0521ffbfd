import { followDraw, StreamDirectory } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import type { Hex, PublicClient } from 'viem'
import { TransactionError } from '../act/TransactionError'
import type { Problem } from '../ui/Problem'
import { isDeclined } from '../wallet/isDeclined'
import { revertOf } from '../wallet/problemOf'

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
  /** Called if the page gives up after the first draw. Before the first draw, `followJob` rejects instead. */
  onFailed(error: unknown): void
  /**
   * In milliseconds. The page gives up if the wallet fails for this time, or if the chain fails for this time before the draw.
   * @defaultValue 30000
   */
  patienceMs?: number
}

/**
 * After a block was replaced, a later block usually includes the transactions of the replaced block again. Each time that this number of
 * blocks has passed without the job, the page asks the wallet to post the job again.
 */
const patienceBlocks = 3

/**
 * Waits for the block that decides the draw. Until the block of the job is final, posts the job again if a reorganisation removes the
 * job. The job is already paid. So the page gives up immediately only if no transcoder was drawn, if the contract refuses the job, or if
 * the person declines or cancels in the wallet. After all other errors, the page tries again until `patienceMs` have passed. After the
 * draw, the page needs no answer of the chain. Throws `NoTranscoderDrawnError`, `ChainLostError`, `TransactionError`.
 */
export function followJob(client: PublicClient, options: FollowJobOptions): Promise<Candidates> {
  const { jobId, signal, onRedraw, onMissing, postAgain, onFailed, patienceMs = 30_000 } = options
  return new Promise((resolve, reject) => {
    let isDrawn = false
    let isPosting = false
    let patience: ReturnType<typeof setTimeout> | undefined
    /** Unix time of the first failed attempt to post the missing job again. */
    let postFailedAtMs: number | undefined
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
        if (blocks === 0) postFailedAtMs = undefined
        onMissing(blocks > 0)
        if (blocks > 0 && blocks % patienceBlocks === 0) void post()
      },
      onFault(cause) {
        // After the draw, the stream continues without the chain.
        if (isDrawn) return log.debug('the chain does not answer', () => ({ cause }))
        if (isFinal(cause)) return fail(cause)
        patience ??= setTimeout(() => void giveUp(cause), patienceMs)
      },
    })
    /** Reads the chain once more before the page gives up, because the next block can be late. */
    async function giveUp(cause: unknown) {
      patience = undefined
      const isAway = await StreamDirectory.readJob(client, jobId).then(
        () => false,
        (error: unknown) => !isFinal(error),
      )
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
        log.debug('not posted again', () => ({ error }))
        // A block contains the job again.
        if (error instanceof TransactionError && error.revert?.name === 'JobActive') return
        postFailedAtMs ??= Date.now()
        if (isFinal(error) || Date.now() - postFailedAtMs > patienceMs) fail(error)
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

/** Whether the contract refuses the call, or the person has declined or cancelled the transaction. */
function isFinal(error: unknown): boolean {
  if (error instanceof TransactionError && error.stage === 'cancelled') return true
  const cause = error instanceof TransactionError ? error.cause : error
  return revertOf(cause) !== undefined || isDeclined(cause)
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
