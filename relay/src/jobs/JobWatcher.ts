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

/** The role that works for drawn jobs. This role reports its own faults. */
export type JobWorker = {
  /**
   * Called when the draw of the job names this transcoder, and the job is not over. Called again when a reorganisation replaces
   * the block of the draw and the new draw also names this transcoder. When the watcher starts, also called for each job of the logs,
   * even if the job is over. `isOnly`: the draw names no other transcoder.
   */
  join(drawn: DrawnJob, options?: { isOnly: boolean }): void
  /**
   * Called when the draw of the job does not name this transcoder, or when a reorganisation has changed the terms of the job. The
   * worker has joined the job only if an earlier draw named this transcoder.
   */
  leave(jobId: Hex): void
  /** Called when a drawn job is over: its end block has come, or the job was ended on chain. */
  finish(jobId: Hex): void
}

export type JobWatcherOptions = {
  client: PublicClient
  chainId: number
  transcoder: Address
  /** The logs of the jobs of earlier runs. */
  logs: { all(): readonly { drawn: DrawnJob | undefined }[] }
  /** The first search for jobs begins this many blocks before the newest block. */
  lookBackBlocks: bigint
  /** Called when the RPC does not answer, or gives an invalid answer. The watcher continues. */
  onFault(error: Error): void
}

/** A job that is not drawn yet, or whose draw can still change when a block is replaced. */
type RecentJob = { options: TranscodingOptions.TranscodingOptions; jobBlock: bigint; isDrawRead: boolean }

const log = logOf('jobs')

/** Follows the chain for the jobs whose draw names this transcoder. Sends three requests per block while no job changes. */
export class JobWatcher {
  readonly #options: JobWatcherOptions
  readonly #ancestry: Ancestry
  readonly #recent = new Map<Hex, RecentJob>()
  readonly #drawn = new Map<Hex, Job.Job>()
  #nextBlock: bigint | undefined
  /** Whether a reorganisation has replaced blocks, and the watcher has not searched the new blocks yet. */
  #isReplaced = false
  #blocks: BlockRunner | undefined

  constructor(options: JobWatcherOptions) {
    this.#options = options
    this.#ancestry = new Ancestry(options.client)
  }

  /** Gives the worker the jobs of earlier runs immediately, and later each job whose draw names this transcoder. */
  start(worker: JobWorker): void {
    const { client, logs, onFault } = this.#options
    // The search goes back only `lookBackBlocks` blocks; older jobs are in the logs.
    for (const { drawn } of logs.all()) if (drawn) worker.join(drawn)
    this.#blocks = new BlockRunner({ client, act: (block) => this.#advance(block, worker), onFault })
    this.#blocks.start()
  }

  /** The last block that was searched; `undefined` before the first search. */
  get block(): bigint | undefined {
    return this.#nextBlock && this.#nextBlock - 1n
  }

  /** Stops following the chain. */
  stop(): void {
    this.#blocks?.stop()
  }

  async #advance(block: bigint, worker: JobWorker): Promise<void> {
    // This check comes before the search: if blocks are replaced during the search, the check at the next block detects this.
    if (await this.#ancestry.seesReplacement(block)) this.#isReplaced = true
    let fromBlock = this.#nextBlock ?? back(block, this.#options.lookBackBlocks)
    if (this.#isReplaced) {
      fromBlock = back(fromBlock, reorgBlocks)
      for (const job of this.#recent.values()) job.isDrawRead = false
    }
    await this.#search({ fromBlock, toBlock: block }, worker)
    this.#isReplaced = false
    for (const [jobId, job] of this.#recent) if (!job.isDrawRead) await this.#readDraw(jobId, job, worker)
    // The draw depends on the block after the job's block, and is final when that block is `reorgBlocks` old.
    for (const [jobId, { isDrawRead, jobBlock }] of this.#recent)
      if (isDrawRead && block > jobBlock + reorgBlocks) this.#recent.delete(jobId)
    for (const job of this.#drawn.values()) if (block >= job.endBlock) this.#finish(job.jobId, worker)
  }

  /** Finds the jobs that were posted or ended on chain in these blocks. */
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

  /** Reads the draw of a job. When the draw cannot be made yet, the watcher tries again at the next block. */
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
        if (this.#drawn.delete(jobId)) log.info('job lost in a reorganisation', { jobId })
        worker.leave(jobId)
      } else if (!job.over) {
        if (!before) log.info('job drawn', { jobId, streamId: job.streamId, priority })
        this.#drawn.set(jobId, job)
        worker.join({ job, options, priority }, { isOnly: candidates.length === 1 })
      }
    } catch (error) {
      if (isRevert(error, 'NotYetDrawable')) return
      // `HashUnavailable`: the draw can never be made, because the chain no longer has the block hash for it. `DrawTooLate`: the
      // draw can never be made, because the pool no longer has the seat terms for it. `UnknownJob`: the block of the job was
      // replaced. The search finds the job again when a new block contains the job.
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
