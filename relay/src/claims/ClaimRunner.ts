import { Claim, type ClaimState, type typedData } from '@lp/contracts/protocol'
import type { Hex, PublicClient } from 'viem'
import { BlockRunner } from '../chain/BlockRunner'
import type { Sender } from '../chain/Sender'
import { logOf } from '../log'
import type { PendingWork } from './assertPayable'
import type { ClaimLogs } from './ClaimLog'
import { ClaimsChain } from './ClaimsChain'
import { Earnings } from './Earnings'
import { type ClaimStanding, inEscrow } from './JobClaims'
import { JobFees } from './JobFees'

/** Port: the counters of claims. Fees in wei. The gateway's metrics implement this port. */
export type ClaimMetrics = {
  claim(change: { state: 'claimed' | 'paid' | 'refunded' | 'withdrawn'; fees: bigint }): void
}

export type ClaimRunnerOptions = {
  client: PublicClient
  sender: Sender
  chainId: number
  domain: typedData.Domain
  logs: ClaimLogs
  /** Earnings are withdrawn when they are at least this multiple of the withdrawal's gas cost. 0: all earnings are withdrawn. */
  minGasMultiple: bigint
  /** The search for earlier withdrawals begins this number of blocks before the newest block. */
  lookBackBlocks: bigint
  /** If all work of a job is claimed, this relay ends the job after this number of milliseconds without a segment. */
  abandonedMs: number
  metrics: ClaimMetrics
  /** As in `JobClaims`. Default: does nothing. */
  onDisclose?(dataHashes: readonly Hex[]): Promise<void>
  /** Called when a step failed. The runner reads the chain again at the next block, and tries again. */
  onFault(error: Error): void
}

const log = logOf('claims')

/** Claims the fees of all jobs. At each block, reads every job that is not done, and takes the steps that are due. */
export class ClaimRunner {
  readonly #options: ClaimRunnerOptions
  readonly #chain: ClaimsChain
  readonly #earnings: Earnings
  readonly #blocks: BlockRunner
  readonly #jobs = new Map<Hex, JobFees>()
  readonly #over = new Set<Hex>()
  readonly #overListeners: ((jobId: Hex) => void)[] = []

  constructor(options: ClaimRunnerOptions) {
    this.#options = options
    const { client, sender, chainId, minGasMultiple, lookBackBlocks, metrics, onFault } = options
    this.#chain = new ClaimsChain({ client, sender, chainId })
    this.#earnings = new Earnings({
      ...{ client, chain: this.#chain, chainId, transcoder: sender.address, minGasMultiple, lookBackBlocks },
      onWithdrawn: (amount) => {
        metrics.claim({ state: 'withdrawn', fees: amount })
        log.info('fees withdrawn', { amount })
      },
    })
    this.#blocks = new BlockRunner({ client, act: async () => this.#runAll(), onFault })
  }

  start(): void {
    this.#blocks.start()
  }

  get jobs(): readonly JobFees[] {
    return [...this.#jobs.values()]
  }

  /**
   * Sums of fees in wei. `unclaimed`: fees of work that is not claimed yet. `inEscrow`: fees of open claims. `earned`: fees that
   * were paid to us and are still in the contract. `withdrawn`: fees that we have withdrawn to our account.
   */
  get earnings() {
    const unclaimed = this.jobs.reduce((sum, fees) => sum + fees.unclaimedFees(), 0n)
    const escrow = this.jobs.reduce((sum, { claims }) => sum + inEscrow(claims), 0n)
    return { unclaimed, inEscrow: escrow, earned: this.#earnings.earned, withdrawn: this.#earnings.withdrawn }
  }

  /** Throws `ExpelledError`, `TakenError`, `LostClaimError` or `UnpayableError` when it is not certain that the job pays for the work. */
  assertPayable(jobId: Hex, work: PendingWork): void {
    this.#jobs.get(jobId)?.assertPayable(work)
  }

  /** Hashes of the payloads that must stay on disk. */
  held(): Set<Hex> {
    return new Set(this.jobs.flatMap((job) => job.held()))
  }

  /** `listener` is called with each job that is over: its end block has come, or the job was ended. */
  onOver(listener: (jobId: Hex) => void): void {
    this.#overListeners.push(listener)
  }

  /** Reads all jobs immediately, without waiting for the next block. */
  wake(): void {
    this.#blocks.wake()
  }

  /** Removes a job whose log is deleted. */
  forget(jobId: Hex): void {
    this.#jobs.delete(jobId)
    this.#over.delete(jobId)
  }

  /** Stops the runner: after this call no new run starts. */
  stop(): void {
    this.#blocks.stop()
  }

  /**
   * For each job with unclaimed work, records the draw on chain. Without a recorded draw, the work could not be claimed later.
   * Call this method after `stop`.
   */
  async recordDraws(): Promise<void> {
    await Promise.all(this.jobs.map((job) => job.recordDraw()))
  }

  /** Resolves when no run is in progress. */
  idle(): Promise<void> {
    return this.#blocks.idle()
  }

  /** Each job has its own run, so that a slow or failing job does not delay other jobs. */
  #runAll() {
    this.#followLogs()
    for (const [jobId, fees] of this.#jobs)
      if (!fees.isDone) this.#blocks.run(jobId, (block) => this.#advance(fees, block))
    this.#blocks.run('earnings', (block) => this.#earnings.advance(block))
  }

  #followLogs() {
    const { logs, domain, abandonedMs, onDisclose = async () => undefined } = this.#options
    for (const jobId of this.#jobs.keys()) if (!logs.get(jobId)) this.forget(jobId)
    for (const log of logs.all()) {
      const { jobId, drawn } = log
      if (!drawn || this.#jobs.has(jobId)) continue
      const onChange = (claim: ClaimStanding, before: ClaimState.ClaimState) => this.#changed(claim, before)
      this.#jobs.set(jobId, new JobFees({ log, drawn, chain: this.#chain, domain, abandonedMs, onChange, onDisclose }))
    }
  }

  async #advance(fees: JobFees, block: bigint): Promise<boolean> {
    const acted = await fees.advance(block)
    const { jobId } = fees.log
    if (fees.isOver && !this.#over.has(jobId)) {
      this.#over.add(jobId)
      for (const listener of this.#overListeners) listener(jobId)
    }
    return acted
  }

  #changed({ claimId, claim, state, reason, record }: ClaimStanding, before: ClaimState.ClaimState) {
    const { metrics } = this.#options
    const { fees } = record
    if (before === 'sent') metrics.claim({ state: 'claimed', fees })
    if (state === 'paid' || state === 'refunded') metrics.claim({ state, fees })
    const facts = { claimId, jobId: claim.jobId, segments: Claim.count(claim), fees }
    log.info(`claim ${state}`, reason ? { ...facts, reason } : facts)
  }
}
