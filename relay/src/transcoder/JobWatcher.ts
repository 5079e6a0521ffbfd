import { contractsOn } from '@lp/contracts/deployments'
import { TranscodingOptions } from '@lp/contracts/protocol'
import { type Address, type Hex, isAddressEqual, type PublicClient } from 'viem'
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
  /** Every job for which `transcoder` was drawn and that is not over, once. */
  onDrawn(drawn: DrawnJob): void
  /** A drawn job is over: by its end block, or because it was ended. */
  onOver(jobId: Hex): void
  /** The chain did not answer, or answered nonsense; the watcher goes on. */
  onFault(error: Error): void
}

/** Blocks that public nodes answer for in one query of events. */
const maxBlockRange = 1_000n

/** Follows the chain for jobs that are drawn to one transcoder. One question a block while nothing happens. */
export class JobWatcher {
  readonly #options: JobWatcherOptions
  readonly #pending = new Map<Hex, TranscodingOptions.TranscodingOptions>()
  readonly #drawn = new Map<Hex, Job>()
  #nextBlock: bigint | undefined
  #turn: Promise<void> = Promise.resolve()
  #unwatch: () => void

  constructor(options: JobWatcherOptions) {
    this.#options = options
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
    const { lookBackBlocks } = this.#options
    let from = this.#nextBlock ?? (block > lookBackBlocks ? block - lookBackBlocks : 0n)
    while (from <= block) {
      const last = from + maxBlockRange - 1n < block ? from + maxBlockRange - 1n : block
      await this.#search(from, last)
      from = last + 1n
      this.#nextBlock = from
    }
    for (const jobId of this.#pending.keys()) await this.#draw(jobId)
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
    for (const { args } of posted) this.#pending.set(args.jobId, args.options)
    for (const { args } of ended) {
      this.#pending.delete(args.jobId)
      this.#finish(args.jobId)
    }
  }

  /** Asks who was drawn; asks again at the next block when the draw cannot be made yet. */
  async #draw(jobId: Hex) {
    const { client, chainId, transcoder, onDrawn } = this.#options
    const { jobsManager } = contractsOn(chainId)
    try {
      const candidates = await client.readContract({ ...jobsManager, functionName: 'candidates', args: [jobId] })
      const options = this.#pending.get(jobId)
      this.#pending.delete(jobId)
      const priority = candidates.findIndex((candidate) => isAddressEqual(candidate, transcoder))
      if (priority < 0 || !options) return
      const job = await readJob(client, jobId)
      if (job.over || TranscodingOptions.hash(options) !== job.optionsHash) return
      this.#drawn.set(jobId, job)
      onDrawn({ job, options, priority })
    } catch (error) {
      if (isRevert(error, 'NotYetDrawable')) return
      // An old job can be out of the randomness's reach, or of the pool's memory; one that was never drawn is nobody's.
      if (isRevert(error, 'HashUnavailable') || isRevert(error, 'DrawTooLate')) this.#pending.delete(jobId)
      else throw error
    }
  }

  #finish(jobId: Hex) {
    if (this.#drawn.delete(jobId)) this.#options.onOver(jobId)
  }
}
