import type { Client, Hex } from 'viem'
import { BlockRunner } from './BlockRunner'
import { reorgBlocks } from './reorgBlocks'
import { isRevert } from './revert'
import { type Candidate, readCandidates, readJob } from './StreamDirectory'

export type FollowDrawOptions = {
  jobId: Hex
  /**
   * At the first draw, and at each draw that a reorganisation has changed. In order of priority; empty when no transcoder was
   * available.
   */
  onDraw(candidates: readonly Candidate[]): void
  /**
   * `blocks`: how many blocks in a row the chain has not held the job, because its block was replaced. 0: the chain holds the
   * job again.
   */
  onMissing?(blocks: number): void
  /** The chain has answered. */
  onAnswer?(): void
  /** The chain did not answer. The same fault is reported once; the chain is asked again at the next block. */
  onFault?(error: Error): void
}

/** Follows the draw of a job, block by block, until no reorganisation can change the draw, or the caller stops it. */
export function followDraw(client: Client, options: FollowDrawOptions): () => void {
  const { jobId, onDraw, onMissing, onAnswer, onFault } = options
  let isStopped = false
  let known: string | undefined
  let missing = 0
  const stop = () => {
    isStopped = true
    runner.stop()
  }

  const look = async (block: bigint) => {
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
  const runner = new BlockRunner({ client, act: look, onFault: (error) => onFault?.(error) })
  runner.start()
  return stop
}
