import type { Client, Hex } from 'viem'
import { watchBlockNumber } from 'viem/actions'
import { reorgBlocks } from './reorgBlocks'
import { isRevert } from './revert'
import { type Candidate, readCandidates, readJob } from './StreamDirectory'

export type FollowDrawOptions = {
  jobId: Hex
  /** At first, and whenever a replaced block has made the draw anew. In order of priority; empty when nobody was available. */
  onDraw(candidates: readonly Candidate[]): void
  /** So many looks have found no block that holds the job: the one that did was replaced. 0 when one holds it again. */
  onMissing?(blocks: number): void
  /** The chain has answered, whatever it said. */
  onAnswer?(): void
  /** The chain did not answer; it is asked again at the next block. */
  onFault?(error: unknown): void
}

/** Follows who is drawn for a job, one look a block, until no reorganisation can change it, or it is stopped. */
export function followDraw(client: Client, options: FollowDrawOptions): () => void {
  const { jobId, onDraw, onMissing, onAnswer, onFault } = options
  let isStopped = false
  let turn: Promise<void> = Promise.resolve()
  let known: string | undefined
  let missing = 0
  const stop = () => {
    isStopped = true
    unwatch()
  }

  const look = async (block: bigint) => {
    if (isStopped) return
    const [job, candidates] = await Promise.all([readJob(client, jobId), readCandidates(client, jobId)]).catch(
      (error: unknown) => {
        if (isRevert(error, 'UnknownJob')) return []
        throw error
      },
    )
    if (isStopped) return
    onAnswer?.()
    const before = missing
    missing = job ? 0 : before + 1
    if (missing !== before) onMissing?.(missing)
    if (!job) return
    // The block after the job's decides the draw.
    if (candidates && block > job.jobBlock + reorgBlocks) stop()
    const drawn = candidates && JSON.stringify(candidates)
    if (drawn === undefined || drawn === known) return
    known = drawn
    onDraw(candidates as readonly Candidate[])
  }
  const unwatch = watchBlockNumber(client, {
    emitOnBegin: true,
    onBlockNumber(block) {
      turn = turn.then(() => look(block)).catch((error) => onFault?.(error))
    },
    onError: (error) => onFault?.(error),
  })
  return stop
}
