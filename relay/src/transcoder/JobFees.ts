import { Claim, ProtocolError, type typedData } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { RevertError } from '../chain/Sender'
import { type ClaimState, isLost } from './ClaimState'
import { type Standing as ClaimStanding, Claims, isClosed } from './Claims'
import type { ClaimsChain, JobStanding } from './ClaimsChain'
import { claimNow, durationOf, reasonToClaim, type Standing, type Unclaimed, unclaimed } from './claimable'
import type { JobLog } from './JobLog'
import type { DrawnJob } from './JobWatcher'
import type { WorkToCome } from './JobWork'

export type Block = { number: bigint; timestamp: bigint }

export type JobFeesOptions = {
  log: JobLog
  drawn: DrawnJob
  chain: ClaimsChain
  domain: typedData.Domain
  onChange(standing: ClaimStanding, before: ClaimState): void
}

/** The contracts let work begin a little before its job is in a block. */
const spareMs = 60_000n

/** One job on its way from receipts to fees. What it knows it has from the job's log and from the chain. */
export class JobFees {
  readonly #options: JobFeesOptions
  readonly #claims: Claims
  /** Numbers that somebody else has claimed. */
  readonly #taken = new Set<bigint>()
  #standings: readonly Standing[] = []
  #job: JobStanding | undefined
  #block = 0n

  constructor(options: JobFeesOptions) {
    this.#options = options
    const { log, chain, domain, drawn, onChange } = options
    this.#claims = new Claims({ log, chain, domain, options: drawn.options, onChange })
  }

  get log(): JobLog {
    return this.#options.log
  }

  get drawn(): DrawnJob {
    return this.#options.drawn
  }

  /** `undefined` before the chain was first asked. */
  get job(): JobStanding | undefined {
    return this.#job
  }

  /** Oldest first. A plan that was overtaken by another claim is none of them. */
  get claims(): readonly ClaimStanding[] {
    const { given } = this.log
    return this.#claims.standings.filter(({ state, claim }) => {
      if (state !== 'sent') return true
      const index = given.findIndex(({ assignment }) => assignment.fromSequence === claim.fromSequence)
      return this.#standings[index]?.lastClaimId === claim.previousClaimId
    })
  }

  /** The job's time is up, or it was ended. */
  get isOver(): boolean {
    return this.#job !== undefined && this.#block >= this.#job.endBlock
  }

  /** Nothing is left to claim, and no claim can change by anything that we do. */
  get isSettled(): boolean {
    if (!this.isOver || !this.#job) return false
    const isWhole = this.#block >= this.#job.claimDeadline || this.unclaimed().every(({ work }) => work.length === 0)
    return isWhole && this.claims.every(({ state }) => state === 'paid' || state === 'sent' || isLost(state))
  }

  /** Nothing changes any more, whoever acts. */
  get isDone(): boolean {
    return this.isSettled && this.claims.every((claim) => isClosed(claim, this.#block))
  }

  /** The work of which the chain has heard nothing yet, by Assignment. */
  unclaimed(): Unclaimed[] {
    const { log, drawn } = this.#options
    const standings = this.#standings
    const given = log.given.slice(0, standings.length)
    return unclaimed({ given, standings, entries: log.entries, taken: this.#taken, options: drawn.options })
  }

  /** Wei for what is not claimed. */
  unclaimedFees(): bigint {
    return this.#fees(this.unclaimed().reduce((sum, { work }) => sum + durationOf(work), 0n))
  }

  /** Hashes of the payloads that somebody may still have to look at before we are paid, or to judge us. */
  held(): Hex[] {
    const done = new Set<bigint>()
    for (const { claim, state, record } of this.claims)
      if (state === 'paid' || (isLost(state) && this.#block >= record.verdictDeadline))
        for (const number of Claim.sequenceNumbers(claim)) done.add(number)
    const isTooLate = this.#job !== undefined && this.#block >= this.#job.claimDeadline
    if (isTooLate)
      for (const { work } of this.unclaimed()) for (const { segment } of work) done.add(segment.sequenceNumber)
    return this.log.entries
      .filter(({ segment }) => !done.has(segment.sequenceNumber))
      .flatMap(({ segment, outputs }) => [segment.dataHash, ...outputs.map(({ dataHash }) => dataHash)])
  }

  /** Throws `UnpayableError` when the job's reserve does not surely pay for it, `TakenError` when it pays others. */
  assertPayable({ sequenceNumber, durationMs }: WorkToCome): void {
    if (!this.#job) return
    const { reserve, deposit } = this.#job
    // By the newest Assignment, as soon as the chain was asked about it.
    const handoverAfter = this.#standings[this.log.given.length - 1]?.handoverAfter
    // What is not ours to claim would count as nothing, and we would work for nothing as long as it comes.
    if (this.#taken.size > 0 || (handoverAfter !== undefined && sequenceNumber >= handoverAfter))
      throw new TakenError({ sequenceNumber, handoverAfter, taken: this.#taken })
    const required = this.unclaimedFees() + this.#fees(BigInt(durationMs))
    if (required > reserve) throw new UnpayableError({ required, reserve, deposit })
  }

  /** Asks the chain, and does what is due. Whether anything was. */
  async advance(block: Block): Promise<boolean> {
    const { log } = this.#options
    await this.#read(block)
    if (log.given.length === 0 || this.isSettled) return false
    const [prepared] = await Promise.allSettled([this.#prepare()])
    const steps = this.claims.map((standing) => this.#claims.advance(standing, block.number))
    // Each for itself: what is refused today keeps nothing else from its deadline.
    const outcomes = [prepared, ...(await Promise.allSettled([...steps, this.#endJob(), this.#claimAll(block)]))]
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason
    return outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value)
  }

  async #read(block: Block) {
    const { log, chain } = this.#options
    const { number } = block
    const [job, ...standings] = await Promise.all([
      chain.job(log.jobId, number),
      ...log.given.map((given) => chain.standing(given, number)),
    ])
    await this.#claims.read(number)
    // All at once: segments come in meanwhile, and are counted against what was read together.
    this.#job = job
    this.#standings = standings
    this.#block = number
  }

  /** What must be on chain before the claims: the draw, and a handover to us. */
  async #prepare(): Promise<boolean> {
    const { log, chain } = this.#options
    const job = this.#job as JobStanding
    if (this.#block >= job.claimDeadline) return false
    if (!job.drawn) await chain.drawCandidates(log.jobId)
    if (this.isOver) return false
    const sent: Promise<unknown>[] = []
    for (const [index, given] of log.given.entries())
      if (given.assignment.fromSequence > 0n && !this.#standings[index]?.shown) sent.push(chain.showAssignment(given))
    await Promise.all(sent)
    return sent.length > 0
  }

  async #endJob(): Promise<boolean> {
    const { log, chain } = this.#options
    if (!log.end || this.isOver) return false
    await chain.endJob(log.jobId, log.end)
    return true
  }

  async #claimAll(block: Block): Promise<boolean> {
    if (this.#block >= (this.#job as JobStanding).claimDeadline) return false
    let claimed = false
    for (const open of this.unclaimed()) claimed = (await this.#claim(open, block)) || claimed
    return claimed
  }

  async #claim(open: Unclaimed, block: Block): Promise<boolean> {
    const { log, chain, drawn, domain } = this.#options
    const { reserve, deposit, jobTime } = this.#job as JobStanding
    const { given, standing, work } = open
    const isLast = given === log.given.at(-1)
    const reason = reasonToClaim({
      segments: work.length,
      fees: this.unclaimedFees(),
      reserve,
      isOver: this.isOver || log.end !== undefined || !isLast,
      quietMs: Date.now() - log.heardMs,
    })
    if (!reason) return false
    const maxDurationMs = (block.timestamp - jobTime) * 1_000n + spareMs - standing.claimedMs
    const now = claimNow(work, { terms: drawn.job, payable: reserve + deposit, maxDurationMs })
    if (now.length === 0) return false
    const previousClaimId = standing.lastClaimId
    const { claim } = Claim.create({ assignment: given.assignment, previousClaimId, work: now, domain })
    try {
      await chain.tryClaim(claim, given)
    } catch (error) {
      if (!(error instanceof RevertError) || error.errorName !== 'AlreadyClaimed') throw error
      this.#taken.add(error.args[0] as bigint)
      return true
    }
    // On disk before it is sent: whenever we are killed, the chain can be asked for it.
    if (!log.plans.some((plan) => Claim.id(plan) === Claim.id(claim))) await log.plan(claim)
    await this.#claims.read(block.number)
    await chain.claimWork(claim, given)
    return true
  }

  #fees(durationMs: bigint): bigint {
    return Claim.fees({ ...this.#options.drawn.job, durationMs })
  }
}

export class UnpayableError extends ProtocolError {
  override readonly name = 'JobFees.UnpayableError'
  constructor({ required, reserve, deposit }: { required: bigint; reserve: bigint; deposit: bigint }) {
    super(
      deposit === 0n
        ? 'The deposit is used up: it does not pay for another segment.'
        : 'Too much work is unclaimed for the reserve of the job to pay for another segment.',
      { details: [`Unclaimed: ${required} wei`, `Reserved: ${reserve} wei`, `Deposit: ${deposit} wei`] },
    )
  }
}

export class TakenError extends ProtocolError {
  override readonly name = 'JobFees.TakenError'
  constructor({
    sequenceNumber,
    handoverAfter,
    taken,
  }: { sequenceNumber: bigint; handoverAfter: bigint | undefined; taken: ReadonlySet<bigint> }) {
    super('The chain knows the work as another transcoder’s.', {
      details: [
        `Sequence number: ${sequenceNumber}`,
        `Handed on from: ${handoverAfter ?? 'unknown'}`,
        `Claimed by others: ${[...taken].slice(0, 10).join(', ') || 'none'}`,
      ],
    })
  }
}
