import type { Client, Hex } from 'viem'
import { BlockRunner } from './BlockRunner'
import { reorgBlocks } from './reorgBlocks'
import { isRevert } from './revert'
import { type Candidate, readCandidates, readJob } from './StreamDirectory'

export type FollowDrawOptions = {
  jobId: Hex
  /**
   * Called when the draw is first known, and when a reorganisation has changed the draw. `candidates`: in order of priority; empty
   * when no transcoder was available.
   */
  onDraw(candidates: readonly Candidate[]): void
  /**
   * Called when the chain does not hold the job: a reorganisation has replaced the job's block. `blocks`: for how many blocks in a row
   * the job has been missing. 0: the chain holds the job again.
   */
  onMissing?(blocks: number): void
  /** Called each time that the chain has answered. */
  onAnswer?(): void
  /** Called when the chain did not answer. The next try is at the next block. */
  onFault?(error: Error): void
}

/**
 * Follows the draw of a job, block by block, until no reorganisation can change the draw, or until the caller calls the returned
 * function.
 */
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
    // The draw depends on the block after the job's block.
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
