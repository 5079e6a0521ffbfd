import { reorgBlocks } from '../chain/reorgBlocks'
import { type JobFacts, missingJob } from './ClaimsChain'

/**
 * The last known facts of a job on chain. When the block that holds the job is replaced, the chain does not know the job until
 * another block holds it. For `reorgBlocks` blocks the job counts as absent. After these blocks, it counts as lost.
 */
export class LastSeenJob {
  #facts: JobFacts | undefined
  #missingSince: bigint | undefined

  /** `undefined` before the first read. */
  get facts(): JobFacts | undefined {
    return this.#facts
  }

  /** Whether the chain holds the job now, and the job is ours (`JobFacts.isOurs`). */
  get isOurs(): boolean {
    return this.#missingSince === undefined && this.#facts !== undefined && this.#facts.isOurs
  }

  /** `facts`: as of `block`; `undefined` when no block holds the job. */
  update(facts: JobFacts | undefined, block: bigint): void {
    this.#missingSince = facts ? undefined : (this.#missingSince ?? block)
    if (facts) this.#facts = facts
    else if (block >= (this.#missingSince ?? block) + reorgBlocks) this.#facts = missingJob
  }
}
