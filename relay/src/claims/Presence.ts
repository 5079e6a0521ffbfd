import { reorgBlocks } from '../chain/reorgBlocks'
import { type JobStanding, undone } from './ClaimsChain'

/** A job as it was seen last. The block that holds it can be replaced; as a rule another has it then. */
export class Presence {
  #job: JobStanding | undefined
  #missingSince: bigint | undefined

  /** `undefined` before it was first seen. */
  get job(): JobStanding | undefined {
    return this.#job
  }

  /** It is there, and drawn to us. */
  get isOurs(): boolean {
    return this.#missingSince === undefined && this.#job !== undefined && this.#job.isOurs
  }

  /** How it stands in a block; `undefined` when it is not there. */
  see(job: JobStanding | undefined, block: bigint): void {
    this.#missingSince = job ? undefined : (this.#missingSince ?? block)
    if (job) this.#job = job
    else if (block >= (this.#missingSince ?? block) + reorgBlocks) this.#job = undone
  }
}
