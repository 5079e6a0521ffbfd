import type { ClaimState, typedData } from '@lp/contracts/protocol'
import type { Hex, PublicClient } from 'viem'
import type { Sender } from '../chain/Sender'
import type { PendingWork } from './assertPayable'
import type { ClaimLogs } from './ClaimLog'
import { type ClaimStanding, inEscrow } from './Claims'
import { ClaimsChain } from './ClaimsChain'
import { Earnings } from './Earnings'
import { type Block, JobFees } from './JobFees'

/** What the claims count. Fees in wei. The gateway's metrics satisfy it. */
export type ClaimMetrics = {
  claim(change: { state: 'claimed' | 'paid' | 'refunded' | 'withdrawn'; fees: bigint }): void
}

export type ClaimRunnerOptions = {
  client: PublicClient
  sender: Sender
  chainId: number
  domain: typedData.Domain
  logs: ClaimLogs
  /** Earnings are fetched when they are worth so many times the gas of fetching; 0 fetches every wei. */
  minGasMultiple: bigint
  lookBackBlocks: bigint
  /** After so long without a segment, and with everything claimed, a job is ended. */
  abandonedMs: number
  metrics: ClaimMetrics
  /** A claim is further: for the operator's log. */
  onChange(standing: ClaimStanding): void
  onWithdrawn(amount: bigint): void
  /** A step failed; it is tried again at a later block, from what the chain says then. */
  onFault(error: Error): void
}

/** Gets us paid: looks at every job of which something is unsettled, once a block, and does what is due. */
export class ClaimRunner {
  readonly #options: ClaimRunnerOptions
  readonly #chain: ClaimsChain
  readonly #earnings: Earnings
  readonly #jobs = new Map<Hex, JobFees>()
  readonly #over = new Set<Hex>()
  readonly #overListeners: ((jobId: Hex) => void)[] = []
  /** By job; the earnings under their own name. */
  readonly #running = new Map<string, Promise<void>>()
  readonly #lastFault = new Map<string, string>()
  #unwatch = () => {}
  #closed = false

  constructor(options: ClaimRunnerOptions) {
    this.#options = options
    const { client, sender, chainId, minGasMultiple, lookBackBlocks, onWithdrawn, metrics } = options
    this.#chain = new ClaimsChain({ client, sender, chainId })
    this.#earnings = new Earnings({
      ...{ client, chain: this.#chain, chainId, transcoder: sender.address, minGasMultiple, lookBackBlocks },
      onWithdrawn: (amount) => {
        metrics.claim({ state: 'withdrawn', fees: amount })
        onWithdrawn(amount)
      },
    })
  }

  start(): void {
    this.#unwatch = this.#options.client.watchBlockNumber({
      emitOnBegin: true,
      onBlockNumber: () => this.wake(),
      onError: (error) => this.#fault('blocks', error),
    })
  }

  get jobs(): readonly JobFees[] {
    return [...this.#jobs.values()]
  }

  /** Wei: not claimed yet; in escrow for open claims; ours in the contract; paid out to us. */
  get earnings() {
    const unclaimed = this.jobs.reduce((sum, fees) => sum + fees.unclaimedFees(), 0n)
    const escrow = this.jobs.reduce((sum, { claims }) => sum + inEscrow(claims), 0n)
    return { unclaimed, inEscrow: escrow, earned: this.#earnings.earned, withdrawn: this.#earnings.withdrawn }
  }

  /** Throws `TakenError` or `UnpayableError` of `assertPayable` when we would not surely be paid. */
  assertPayable(jobId: Hex, work: PendingWork): void {
    this.#jobs.get(jobId)?.assertPayable(work)
  }

  /** Hashes of the payloads that must not be deleted. */
  held(): Set<Hex> {
    const followed = new Set<Hex>()
    for (const job of this.jobs) for (const dataHash of job.held()) followed.add(dataHash)
    return followed
  }

  /** `listener` hears of each job that is over: its time is up, or it was ended. */
  onOver(listener: (jobId: Hex) => void): void {
    this.#overListeners.push(listener)
  }

  /** Looks at all jobs now, and not only at the next block. */
  wake(): void {
    if (this.#closed) return
    const { logs } = this.#options
    for (const jobId of this.#jobs.keys()) if (!logs.get(jobId)) this.forget(jobId)
    for (const log of logs.all()) {
      const { jobId, drawn } = log
      if (drawn && !this.#jobs.has(jobId)) {
        const { domain, abandonedMs } = this.#options
        const onChange = (standing: ClaimStanding, before: ClaimState.ClaimState) => this.#changed(standing, before)
        this.#jobs.set(jobId, new JobFees({ log, drawn, chain: this.#chain, domain, abandonedMs, onChange }))
      }
    }
    for (const [jobId, fees] of this.#jobs) if (!fees.isDone) this.#run(jobId, (block) => this.#advance(fees, block))
    this.#run('earnings', async (block) => {
      await this.#earnings.advance(block.number)
      return false
    })
  }

  /** Forgets a job whose log is gone. */
  forget(jobId: Hex): void {
    this.#jobs.delete(jobId)
    this.#over.delete(jobId)
  }

  /** Begins nothing any more. */
  stop(): void {
    this.#closed = true
    this.#unwatch()
  }

  /** Records the draws on which unclaimed work rests, so that it can be claimed later. Call it after `stop`. */
  async recordDraws(): Promise<void> {
    await Promise.all(this.jobs.map((job) => job.recordDraw()))
  }

  /** Waits for what was begun. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.values())
  }

  /** One after the other for the same name, and again at once as long as there was something to do. */
  #run(name: string, act: (block: Block) => Promise<boolean>) {
    if (this.#running.has(name)) return
    const run = async () => {
      for (let acted = true; acted && !this.#closed; this.#lastFault.delete(name))
        acted = await act(await this.#options.client.getBlock())
    }
    const running = run()
      .catch((error: Error) => this.#fault(name, error))
      .finally(() => this.#running.delete(name))
    this.#running.set(name, running)
  }

  async #advance(fees: JobFees, block: Block): Promise<boolean> {
    const acted = await fees.advance(block)
    const { jobId } = fees.log
    if (fees.isOver && !this.#over.has(jobId)) {
      this.#over.add(jobId)
      for (const listener of this.#overListeners) listener(jobId)
    }
    return acted
  }

  #changed(standing: ClaimStanding, before: ClaimState.ClaimState) {
    const { metrics, onChange } = this.#options
    const { state, record } = standing
    if (before === 'sent') metrics.claim({ state: 'claimed', fees: record.fees })
    if (state === 'paid' || state === 'refunded') metrics.claim({ state, fees: record.fees })
    onChange(standing)
  }

  /** What fails at every block in the same way is said once. */
  #fault(name: string, error: Error) {
    if (this.#closed || this.#lastFault.get(name) === error.message) return
    this.#lastFault.set(name, error.message)
    this.#options.onFault(error)
  }
}
