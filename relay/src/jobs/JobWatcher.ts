import { contractsOn } from '@lp/contracts/deployments'
import { TranscodingOptions } from '@lp/contracts/protocol'
import { type Address, type Hex, isAddressEqual, type PublicClient } from 'viem'
import { Ancestry } from '../chain/Ancestry'
import { reorgBlocks } from '../chain/reorgBlocks'
import { isRevert } from '../chain/revert'
import { type Job, readJob } from '../chain/StreamDirectory'

/** A job that this transcoder was drawn for. */
export type DrawnJob = { job: Job; options: TranscodingOptions.TranscodingOptions; priority: number }

export type JobWatcherOptions = {
  client: PublicClient
  chainId: number
  transcoder: Address
  /** Blocks before now that are searched for jobs at the start. */
  lookBackBlocks: bigint
  /** Every job for which `transcoder` was drawn and that is not over, once; again when a draw is made anew. */
  onDrawn(drawn: DrawnJob): void
  /** A job's draw does not name `transcoder`. It may have done so before, in a block that was replaced. */
  onPassed(jobId: Hex): void
  /** A drawn job is over: by its end block, or because it was ended. */
  onOver(jobId: Hex): void
  /** The chain did not answer, or answered nonsense; the watcher goes on. */
  onFault(error: Error): void
}

/** A job whose draw is to come, or can still be made anew. */
type Young = { options: TranscodingOptions.TranscodingOptions; jobBlock: bigint; isAsked: boolean }

/** Blocks that public nodes answer for in one query of events. */
const maxBlockRange = 1_000n

/** Follows the chain for jobs that are drawn to one transcoder. Three questions a block while nothing happens. */
export class JobWatcher {
  readonly #options: JobWatcherOptions
  readonly #ancestry: Ancestry
  readonly #young = new Map<Hex, Young>()
  readonly #drawn = new Map<Hex, Job>()
  #nextBlock: bigint | undefined
  /** Blocks were replaced, and what they held was not yet searched for again. */
  #isReplaced = false
  #turn: Promise<void> = Promise.resolve()
  #unwatch: () => void

  constructor(options: JobWatcherOptions) {
    this.#options = options
    this.#ancestry = new Ancestry(options.client)
    this.#unwatch = options.client.watchBlockNumber({
      emitOnBegin: true,
      onBlockNumber: (block) => {
        this.#turn = this.#turn.then(() => this.#advance(block)).catch(options.onFault)
      },
      onError: options.onFault,
    })
  }

  /** The last block that was searched. */
  get block(): bigint {
    return (this.#nextBlock ?? 1n) - 1n
  }

  close(): void {
    this.#unwatch()
  }

  async #advance(block: bigint): Promise<void> {
    // Before the search: what is replaced while we search shows at the next block.
    if (await this.#ancestry.isBroken(block)) this.#isReplaced = true
    let from = this.#nextBlock ?? back(block, this.#options.lookBackBlocks)
    if (this.#isReplaced) {
      from = back(from, reorgBlocks)
      for (const job of this.#young.values()) job.isAsked = false
    }
    while (from <= block) {
      const last = from + maxBlockRange - 1n < block ? from + maxBlockRange - 1n : block
      await this.#search(from, last)
      from = last + 1n
      this.#nextBlock = from
    }
    this.#isReplaced = false
    for (const [jobId, job] of this.#young) if (!job.isAsked) await this.#draw(jobId, job)
    // The block after the job's decides the draw.
    for (const [jobId, { isAsked, jobBlock }] of this.#young)
      if (isAsked && block > jobBlock + reorgBlocks) this.#young.delete(jobId)
    for (const job of this.#drawn.values()) if (block >= job.endBlock) this.#finish(job.jobId)
  }

  async #search(fromBlock: bigint, toBlock: bigint) {
    const { client, chainId } = this.#options
    const { abi, address } = contractsOn(chainId).jobsManager
    const range = { abi, address, fromBlock, toBlock, strict: true } as const
    const [posted, ended] = await Promise.all([
      client.getContractEvents({ ...range, eventName: 'NewJob' }),
      client.getContractEvents({ ...range, eventName: 'JobEnded' }),
    ])
    for (const { args, blockNumber } of posted)
      this.#young.set(args.jobId, { options: args.options, jobBlock: blockNumber, isAsked: false })
    for (const { args } of ended) {
      this.#young.delete(args.jobId)
      this.#finish(args.jobId)
    }
  }

  /** Asks who was drawn; asks again at the next block when the draw cannot be made yet. */
  async #draw(jobId: Hex, young: Young) {
    const { client, chainId, transcoder, onDrawn, onPassed } = this.#options
    const { jobsManager } = contractsOn(chainId)
    try {
      const candidates = await client.readContract({ ...jobsManager, functionName: 'candidates', args: [jobId] })
      const priority = candidates.findIndex((candidate) => isAddressEqual(candidate, transcoder))
      const job = priority < 0 ? undefined : await readJob(client, jobId)
      young.isAsked = true
      const before = this.#drawn.get(jobId)
      const { options } = young
      if (!job || TranscodingOptions.hash(options) !== job.optionsHash || (before && !haveSameTerms(before, job))) {
        this.#drawn.delete(jobId)
        onPassed(jobId)
      } else if (!job.over) {
        this.#drawn.set(jobId, job)
        onDrawn({ job, options, priority })
      }
    } catch (error) {
      if (isRevert(error, 'NotYetDrawable')) return
      // An old job can be out of the randomness's reach, or of the pool's memory; one that was never drawn is nobody's.
      // One whose block was replaced is found again when another block holds it.
      const lost = ['HashUnavailable', 'DrawTooLate', 'UnknownJob']
      if (lost.some((name) => isRevert(error, name))) this.#young.delete(jobId)
      else throw error
    }
  }

  #finish(jobId: Hex) {
    if (this.#drawn.delete(jobId)) this.#options.onOver(jobId)
  }
}

const back = (block: bigint, blocks: bigint) => (block > blocks ? block - blocks : 0n)

/** In a block that replaces others, another job can have the same name. */
export const haveSameTerms = (one: Job, other: Job): boolean =>
  one.optionsHash === other.optionsHash &&
  one.pricePerUnit === other.pricePerUnit &&
  one.unitsPerSecond === other.unitsPerSecond
