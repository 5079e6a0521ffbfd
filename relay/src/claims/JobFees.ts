import { Claim, ClaimState, type typedData } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { reorgBlocks } from '../chain/reorgBlocks'
import { RevertError } from '../chain/Sender'
import { logOf } from '../log'
import type { AcceptedAssignment } from '../records/AcceptedAssignment'
import type { DrawnJob } from '../records/DrawnJob'
import { assertPayable, ExpelledError, type PendingWork } from './assertPayable'
import { BroadcasterSilence } from './BroadcasterSilence'
import type { ClaimLog } from './ClaimLog'
import type { ClaimsChain, JobFacts } from './ClaimsChain'
import { type AssignmentProgress, claimNow, durationOf, reasonToClaim, type Unclaimed, unclaimed } from './claimable'
import { heldPayloads } from './heldPayloads'
import { type ClaimStanding, isClosed, JobClaims } from './JobClaims'
import { LastSeenJob } from './LastSeenJob'

export type JobFeesOptions = {
  log: ClaimLog
  drawn: DrawnJob
  chain: ClaimsChain
  domain: typedData.Domain
  /** If all work of the job is claimed, this relay ends the job after this number of milliseconds without a segment. */
  abandonedMs: number
  onChange(claim: ClaimStanding, before: ClaimState.ClaimState): void
  /** As in `JobClaims`. */
  onDisclose(dataHashes: readonly Hex[]): Promise<void>
}

const roomLog = logOf('claims')

/**
 * The total duration of the segments that are claimed under one Assignment may exceed the time since the job's block by this number
 * of milliseconds, because work can begin shortly before a block holds the job.
 */
const spareMs = 60_000n
const noHandover = 2n ** 64n - 1n

/** Turns the receipts of one job into fees. All facts come from the job's log and from the chain. */
export class JobFees {
  readonly #options: JobFeesOptions
  readonly #claims: JobClaims
  /** Sequence numbers that other transcoders have claimed. */
  readonly #claimedByOthers = new Set<bigint>()
  readonly #lastSeen = new LastSeenJob()
  /** The progress of each Assignment of the log, as of `#block`. */
  #progress: readonly AssignmentProgress[] = []
  #block = 0n
  /** Whether we were slashed for an offence in the job, as of `#block`. */
  #isExpelled = false
  readonly #silence = new BroadcasterSilence(Date.now())
  #quietMs = 0

  constructor(options: JobFeesOptions) {
    this.#options = options
    const { log, chain, domain, drawn, onChange, onDisclose } = options
    this.#claims = new JobClaims({ log, chain, domain, options: drawn.options, onChange, onDisclose })
  }

  get log(): ClaimLog {
    return this.#options.log
  }

  get drawn(): DrawnJob {
    return this.#options.drawn
  }

  /** `undefined` before the chain was first read. */
  get job(): JobFacts | undefined {
    return this.#lastSeen.facts
  }

  /** Oldest first, without planned claims that another claim has replaced. */
  get claims(): readonly ClaimStanding[] {
    const { assignments } = this.log
    return this.#claims.standings.filter(({ state, claim }) => {
      if (state !== 'sent') return true
      const index = assignments.findIndex(({ assignment }) => assignment.fromSequence === claim.fromSequence)
      return this.#progress[index]?.lastClaimPrefix === Claim.prefixOf(claim.previousClaimId)
    })
  }

  /** Whether the job is over: its end block has come, the job was ended, or no block holds the job any more. */
  get isOver(): boolean {
    return this.job !== undefined && this.#block >= this.job.endBlock
  }

  /**
   * Whether the job is settled: it is over, all work is claimed or can no longer be claimed, and no claim needs a further step of
   * this relay.
   */
  get isSettled(): boolean {
    if (!this.isOver || !this.job) return false
    const isComplete = this.#block >= this.job.claimDeadline || !this.#hasUnclaimed
    return isComplete && this.claims.every(({ state }) => ['paid', 'sent'].includes(state) || ClaimState.isLost(state))
  }

  /** Whether the job is settled, and neither another account nor a reorganisation can change this. */
  get isDone(): boolean {
    // Until `reorgBlocks` blocks after the end block, a reorganisation can still change the job, its draw and its end.
    const isEndFinal = this.job !== undefined && this.#block >= this.job.endBlock + reorgBlocks
    return isEndFinal && this.isSettled && this.claims.every((claim) => isClosed(claim, this.#block))
  }

  /** The unclaimed work under each Assignment. */
  unclaimed(): Unclaimed[] {
    const { log, drawn } = this.#options
    const progress = this.#lastSeen.isOurs && !this.#isExpelled ? this.#progress : []
    const assignments = log.assignments.slice(0, progress.length)
    const [claimedByOthers, { work }] = [this.#claimedByOthers, log]
    const { isHeld } = this.#claims
    return unclaimed({ assignments, progress, work, claimedByOthers, options: drawn.options, isHeld })
  }

  /** Fees of the unclaimed work, in wei. */
  unclaimedFees(): bigint {
    return this.#fees(this.unclaimed().reduce((sum, { work }) => sum + durationOf(work), 0n))
  }

  /** Hashes of the payloads that must stay on disk. */
  held(): Hex[] {
    const [{ work }, block, claimDeadline] = [this.log, this.#block, this.job?.claimDeadline]
    return heldPayloads({ work, claims: this.claims, block, claimDeadline })
  }

  /** Called for each part and each segment that arrives. Throws `ExpelledError`, `TakenError`, `LostClaimError` or `UnpayableError`. */
  assertPayable({ sequenceNumber, durationMs }: PendingWork): void {
    // A broadcaster that sends segments is not silent, even if the relay refuses them.
    this.#silence.hear(Date.now())
    if (!this.job) return
    if (this.#isExpelled) throw new ExpelledError({ jobId: this.log.jobId })
    const { reserve, deposit } = this.job
    const [claimedByOthers, handoverAfter] = [this.#claimedByOthers, this.#newest?.handoverAfter]
    const required = this.unclaimedFees() + this.#fees(BigInt(durationMs))
    const lostClaim = this.#newest && this.#claims.lostClaim(this.#newest)
    const money = { required, reserve, deposit }
    assertPayable({ sequenceNumber, handoverAfter, claimedByOthers, lostClaim, ...money })
  }

  /** Reads the chain as of a block, and takes the steps that are due. Resolves with `true` if a step was taken. */
  async advance(block: bigint): Promise<boolean> {
    await this.#read(block)
    // After an expulsion, the contract accepts no step of ours, and our open claims are refunded.
    if (this.#isExpelled) return false
    if (this.log.assignments.length === 0 || this.isSettled || !this.#lastSeen.isOurs) return false
    const [prepared] = await Promise.allSettled([this.#prepare()])
    const { claims } = this
    const steps = claims.map((claim) => this.#claims.advance(claim, block))
    steps.push(this.#claims.distribute(claims))
    // A step that the chain refuses must not delay other steps beyond their deadlines.
    const outcomes = [prepared, ...(await Promise.allSettled([...steps, this.#endJob(), this.#claimAll()]))]
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason
    return outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value)
  }

  async #read(block: bigint) {
    const { log, drawn, chain } = this.#options
    const [job, isExpelled, ...progress] = await Promise.all([
      chain.job(drawn.job, block),
      chain.isExpelled(log.jobId, block),
      ...log.assignments.map((assigned) => chain.assignmentProgress(assigned, block)),
    ])
    await this.#claims.findLost(progress)
    await this.#claims.read(block, isExpelled)
    // These fields are set without an `await` between them. So `assertPayable` always uses facts of one block.
    this.#lastSeen.update(job, block)
    this.#progress = progress
    if (isExpelled && !this.#isExpelled) roomLog.warn('expelled from the job', { jobId: log.jobId })
    this.#isExpelled = isExpelled
    this.#block = block
    this.#silence.hear(log.heardMs)
    this.#quietMs = this.#silence.measure(Date.now())
  }

  /**
   * Records facts on chain that must be recorded before the claims: a handover to us, and the draw if the chain can soon no
   * longer compute it.
   */
  async #prepare(): Promise<boolean> {
    const { log, chain } = this.#options
    const job = this.job as JobFacts
    if (this.#block >= job.claimDeadline) return false
    const isShown = (index: number) => this.#progress[index]?.shown
    const unshown = log.assignments.filter(({ assignment }, index) => assignment.fromSequence > 0n && !isShown(index))
    if (!this.isOver && unshown.length > 0) {
      await Promise.all(unshown.map((assigned) => chain.showAssignment(assigned)))
      return true
    }
    if (job.drawn || !(await chain.isDrawExpiring(job, this.#block))) return false
    await chain.drawCandidates(log.jobId)
    return true
  }

  /**
   * Records the draw on chain if there is unclaimed work. The chain can compute a draw that is not recorded only for a limited
   * time.
   */
  async recordDraw(): Promise<void> {
    const { log, chain } = this.#options
    if (!this.job || this.job.drawn || this.#block >= this.job.claimDeadline) return
    if (this.#hasUnclaimed) await chain.drawCandidates(log.jobId)
  }

  /** Ends the job with the signed end of its stream, or because its broadcaster has been silent for too long. */
  async #endJob(): Promise<boolean> {
    const { log, chain } = this.#options
    if (this.isOver) return false
    if (log.end) await chain.endJob(log.jobId, log.end)
    else if (this.#isAbandoned) await chain.endAbandonedJob(log.assignments.at(-1) as AcceptedAssignment)
    else return false
    return true
  }

  /**
   * Whether the broadcaster has been silent for `abandonedMs`, all work is claimed, and the contract permits us to end the job.
   */
  get #isAbandoned(): boolean {
    if (this.#quietMs < this.#options.abandonedMs || !this.#newest) return false
    const { shown, handoverAfter } = this.#newest
    return shown && handoverAfter === noHandover && !this.#hasUnclaimed
  }

  get #hasUnclaimed(): boolean {
    return this.unclaimed().some(({ work }) => work.length > 0)
  }

  /** Progress of our newest Assignment; `undefined` before the chain was read for this Assignment. */
  get #newest(): AssignmentProgress | undefined {
    return this.#progress[this.log.assignments.length - 1]
  }

  async #claimAll(): Promise<boolean> {
    if (this.#block >= (this.job as JobFacts).claimDeadline) return false
    let claimed = false
    for (const open of this.unclaimed()) claimed = (await this.#claim(open)) || claimed
    return claimed
  }

  async #claim({ assigned, progress, work }: Unclaimed): Promise<boolean> {
    const { log, chain, drawn, domain } = this.#options
    const { reserve, deposit, jobTime } = this.job as JobFacts
    const reason = reasonToClaim({
      segments: work.length,
      fees: this.unclaimedFees(),
      reserve,
      isOver: this.isOver || log.end !== undefined || assigned !== log.assignments.at(-1),
      quietMs: Date.now() - log.heardMs,
    })
    if (!reason) return false
    const block = this.#block
    const maxDurationMs = ((await chain.timestamp(block)) - jobTime) * 1_000n + spareMs - progress.claimedMs
    const now = claimNow(work, { terms: drawn.job, payable: reserve + deposit, maxDurationMs })
    if (now.length === 0) return false
    const { assignment } = assigned
    const previousClaimId = this.#claims.idWith(progress.lastClaimPrefix)
    const { claim } = Claim.create({ assignment, previousClaimId, work: now, domain })
    try {
      // The simulation uses the state of this block. After a reorganisation, a newer block can already contain this same claim. On that
      // block the simulation would fail with `AlreadyClaimed`, and the relay would count the segment as claimed by another transcoder.
      await chain.tryClaim(claim, assigned, block)
    } catch (error) {
      if (!(error instanceof RevertError) || error.errorName !== 'AlreadyClaimed') throw error
      this.#claimedByOthers.add(error.args[0] as bigint)
      return true
    }
    // The claim is written to disk before it is sent. So a relay that was killed can find the claim on chain.
    if (!log.plannedClaims.some((plan) => Claim.id(plan) === Claim.id(claim))) await log.recordPlan(claim)
    await this.#claims.read(block, this.#isExpelled)
    roomLog.debug('claim sent', () => ({ jobId: log.jobId, segments: now.length, reason }))
    await chain.claimWork(claim, assigned)
    return true
  }

  #fees(durationMs: bigint): bigint {
    return Claim.fees({ ...this.#options.drawn.job, durationMs })
  }
}
