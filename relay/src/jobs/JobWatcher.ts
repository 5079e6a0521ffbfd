import { contractsOn } from '@lp/contracts/deployments'
import { Job, TranscodingOptions } from '@lp/contracts/protocol'
import { type Address, type Hex, isAddressEqual, type PublicClient } from 'viem'
import { Ancestry } from '../chain/Ancestry'
import { BlockRunner } from '../chain/BlockRunner'
import { type BlockRange, eventPages } from '../chain/eventPages'
import { reorgBlocks } from '../chain/reorgBlocks'
import { isRevert } from '../chain/revert'
import { readJob } from '../chain/StreamDirectory'
import { logOf } from '../log'
import type { DrawnJob } from '../records/DrawnJob'

/** The role that works for drawn jobs. It reports its own faults. */
export type JobWorker = {
  /** The job was drawn to us and is not over. Comes again when a replaced block repeats the draw. */
  join(drawn: DrawnJob): void
  /** The job's draw does not name us. It may have named us before, in a block that was replaced. */
  leave(jobId: Hex): void
  /** A drawn job is over: its end block has come, or it was ended. */
  finish(jobId: Hex): void
}

export type JobWatcherOptions = {
  client: PublicClient
  chainId: number
  transcoder: Address
  /** Jobs of earlier runs. */
  logs: { all(): readonly { drawn: DrawnJob | undefined }[] }
  /** The first search for jobs begins so many blocks before the newest. */
  lookBackBlocks: bigint
  /** The chain did not answer, or its answer makes no sense; the watcher continues. */
  onFault(error: Error): void
}

/** A job whose draw is not made yet, or can still be repeated by a replaced block. */
type RecentJob = { options: TranscodingOptions.TranscodingOptions; jobBlock: bigint; isDrawRead: boolean }

const log = logOf('jobs')

/** Follows the chain for the jobs that are drawn to one transcoder. Three requests per block while nothing happens. */
export class JobWatcher {
  readonly #options: JobWatcherOptions
  readonly #ancestry: Ancestry
  readonly #recent = new Map<Hex, RecentJob>()
  readonly #drawn = new Map<Hex, Job.Job>()
  #nextBlock: bigint | undefined
  /** Blocks were replaced, and the new ones are not searched yet. */
  #isReplaced = false
  #blocks: BlockRunner | undefined

  constructor(options: JobWatcherOptions) {
    this.#options = options
    this.#ancestry = new Ancestry(options.client)
  }

  /** Gives the worker the jobs of earlier runs at once, and later the jobs that the chain draws to us. */
  start(worker: JobWorker): void {
    const { client, logs, onFault } = this.#options
    // The search goes back only some blocks; older jobs are in our logs.
    for (const { drawn } of logs.all()) if (drawn) worker.join(drawn)
    this.#blocks = new BlockRunner({ client, act: (block) => this.#advance(block, worker), onFault })
    this.#blocks.start()
  }

  /** The last block that was searched; `undefined` before the first search. */
  get block(): bigint | undefined {
    return this.#nextBlock && this.#nextBlock - 1n
  }

  /** Starts nothing from now on. */
  stop(): void {
    this.#blocks?.stop()
  }

  async #advance(block: bigint, worker: JobWorker): Promise<void> {
    // Before the search: blocks that are replaced during the search show at the next block.
    if (await this.#ancestry.isBroken(block)) this.#isReplaced = true
    let fromBlock = this.#nextBlock ?? back(block, this.#options.lookBackBlocks)
    if (this.#isReplaced) {
      fromBlock = back(fromBlock, reorgBlocks)
      for (const job of this.#recent.values()) job.isDrawRead = false
    }
    await this.#search({ fromBlock, toBlock: block }, worker)
    this.#isReplaced = false
    for (const [jobId, job] of this.#recent) if (!job.isDrawRead) await this.#readDraw(jobId, job, worker)
    // The block after the job's decides the draw.
    for (const [jobId, { isDrawRead, jobBlock }] of this.#recent)
      if (isDrawRead && block > jobBlock + reorgBlocks) this.#recent.delete(jobId)
    for (const job of this.#drawn.values()) if (block >= job.endBlock) this.#finish(job.jobId, worker)
  }

  /** Finds the jobs that were posted and ended in these blocks. */
  async #search(blocks: BlockRange, worker: JobWorker) {
    const read = (page: BlockRange) => this.#readEvents(page)
    for await (const { toBlock, result } of eventPages(this.#options.client, { ...blocks, read })) {
      for (const { args, blockNumber } of result.posted)
        this.#recent.set(args.jobId, { options: args.options, jobBlock: blockNumber, isDrawRead: false })
      for (const { args } of result.ended) {
        this.#recent.delete(args.jobId)
        this.#finish(args.jobId, worker)
      }
      this.#nextBlock = toBlock + 1n
    }
  }

  async #readEvents(blocks: BlockRange) {
    const { client, chainId } = this.#options
    const { abi, address } = contractsOn(chainId).jobsManager
    const search = { abi, address, ...blocks, strict: true } as const
    const [posted, ended] = await Promise.all([
      client.getContractEvents({ ...search, eventName: 'NewJob' }),
      client.getContractEvents({ ...search, eventName: 'JobEnded' }),
    ])
    return { posted, ended }
  }

  /** Reads the candidates of a job. When the draw cannot be made yet, the next block tries again. */
  async #readDraw(jobId: Hex, recent: RecentJob, worker: JobWorker) {
    const { client, chainId, transcoder } = this.#options
    const { jobsManager } = contractsOn(chainId)
    try {
      const candidates = await client.readContract({ ...jobsManager, functionName: 'candidates', args: [jobId] })
      const priority = candidates.findIndex((candidate) => isAddressEqual(candidate, transcoder))
      const job = priority < 0 ? undefined : await readJob(client, jobId)
      recent.isDrawRead = true
      const before = this.#drawn.get(jobId)
      const { options } = recent
      const hasChanged = job && before && !Job.haveSameTerms(before, job)
      if (!job || TranscodingOptions.hash(options) !== job.optionsHash || hasChanged) {
        if (this.#drawn.delete(jobId)) log.info('job lost to a replaced block', { jobId })
        worker.leave(jobId)
      } else if (!job.over) {
        if (!before) log.info('job drawn', { jobId, streamId: job.streamId, priority })
        this.#drawn.set(jobId, job)
        worker.join({ job, options, priority })
      }
    } catch (error) {
      if (isRevert(error, 'NotYetDrawable')) return
      // The job is too old for the randomness, or for the terms that the pool remembers: the draw can never be made.
      // Or its block was replaced: the search finds the job again when another block holds it.
      const undrawable = ['HashUnavailable', 'DrawTooLate', 'UnknownJob']
      if (undrawable.some((name) => isRevert(error, name))) this.#recent.delete(jobId)
      else throw error
    }
  }

  #finish(jobId: Hex, worker: JobWorker) {
    if (!this.#drawn.delete(jobId)) return
    log.info('job over', { jobId })
    worker.finish(jobId)
  }
}

const back = (block: bigint, blocks: bigint) => (block > blocks ? block - blocks : 0n)
