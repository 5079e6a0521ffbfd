import { Claim, ClaimState, type typedData } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { reorgBlocks } from '../chain/reorgBlocks'
import { RevertError } from '../chain/Sender'
import type { AcceptedAssignment } from '../records/AcceptedAssignment'
import type { DrawnJob } from '../records/DrawnJob'
import { assertPayable, type PendingWork } from './assertPayable'
import type { ClaimLog } from './ClaimLog'
import { type ClaimStanding, Claims, isClosed } from './Claims'
import type { ClaimsChain, JobStanding } from './ClaimsChain'
import { type AssignmentProgress, claimNow, durationOf, reasonToClaim, type Unclaimed, unclaimed } from './claimable'
import { Presence } from './Presence'
import { Silence } from './Silence'

export type JobFeesOptions = {
  log: ClaimLog
  drawn: DrawnJob
  chain: ClaimsChain
  domain: typedData.Domain
  /** After so long without a segment, and with everything claimed, the job is ended. */
  abandonedMs: number
  onChange(standing: ClaimStanding, before: ClaimState.ClaimState): void
}

export type Block = { number: bigint; timestamp: bigint }

/** The contracts let work begin a little before its job is in a block. */
const spareMs = 60_000n
const noHandover = 2n ** 64n - 1n

/** One job on its way from receipts to fees. What it knows it has from the job's log and from the chain. */
export class JobFees {
  readonly #options: JobFeesOptions
  readonly #claims: Claims
  /** Sequence numbers that other transcoders have claimed. */
  readonly #claimedByOthers = new Set<bigint>()
  #progress: readonly AssignmentProgress[] = []
  readonly #presence = new Presence()
  #block = 0n
  /** The broadcaster's, as long as the job is not over. */
  readonly #silence = new Silence(Date.now())
  #quietMs = 0

  constructor(options: JobFeesOptions) {
    this.#options = options
    const { log, chain, domain, drawn, onChange } = options
    this.#claims = new Claims({ log, chain, domain, options: drawn.options, onChange })
  }

  get log(): ClaimLog {
    return this.#options.log
  }

  get drawn(): DrawnJob {
    return this.#options.drawn
  }

  /** `undefined` before the chain was first asked. */
  get job(): JobStanding | undefined {
    return this.#presence.job
  }

  /** Oldest first. A plan that was overtaken by another claim is none of them. */
  get claims(): readonly ClaimStanding[] {
    const { assignments } = this.log
    return this.#claims.standings.filter(({ state, claim }) => {
      if (state !== 'sent') return true
      const index = assignments.findIndex(({ assignment }) => assignment.fromSequence === claim.fromSequence)
      return this.#progress[index]?.lastClaimId === claim.previousClaimId
    })
  }

  /** The job's time is up, or it was ended, or undone for good. */
  get isOver(): boolean {
    return this.job !== undefined && this.#block >= this.job.endBlock
  }

  /** Nothing is left to claim, and no claim can change by anything that we do. */
  get isSettled(): boolean {
    if (!this.isOver || !this.job) return false
    const isWhole = this.#block >= this.job.claimDeadline || this.unclaimed().every(({ work }) => work.length === 0)
    return isWhole && this.claims.every(({ state }) => state === 'paid' || state === 'sent' || ClaimState.isLost(state))
  }

  /** Nothing changes any more, whoever acts. */
  get isDone(): boolean {
    // As long as the end can be replaced, so can the draw that passed us over.
    const isEndFinal = this.job !== undefined && this.#block >= this.job.endBlock + reorgBlocks
    return isEndFinal && this.isSettled && this.claims.every((claim) => isClosed(claim, this.#block))
  }

  /** The work of which the chain has heard nothing yet, by Assignment. */
  unclaimed(): Unclaimed[] {
    const { log, drawn } = this.#options
    const progress = this.#presence.isOurs ? this.#progress : []
    const assignments = log.assignments.slice(0, progress.length)
    const [claimedByOthers, { work }] = [this.#claimedByOthers, log]
    return unclaimed({ assignments, progress, work, claimedByOthers, options: drawn.options })
  }

  /** Wei for what is not claimed. */
  unclaimedFees(): bigint {
    return this.#fees(this.unclaimed().reduce((sum, { work }) => sum + durationOf(work), 0n))
  }

  /** Hashes of the payloads that somebody may still have to look at before we are paid, or to judge us. */
  held(): Hex[] {
    const [open, done] = [new Set<bigint>(), new Set<bigint>()]
    for (const { claim, state, record } of this.claims) {
      const isDone = state === 'paid' || (ClaimState.isLost(state) && this.#block >= record.verdictDeadline)
      for (const number of Claim.sequenceNumbers(claim)) (isDone ? done : open).add(number)
    }
    const isTooLate = this.job !== undefined && this.#block >= this.job.claimDeadline
    const isHeld = (number: bigint) => (isTooLate ? open.has(number) : !done.has(number))
    return this.log.work
      .filter(({ segment }) => isHeld(segment.sequenceNumber))
      .flatMap(({ segment, outputs }) => [segment.dataHash, ...outputs.map(({ dataHash }) => dataHash)])
  }

  /** Asked with each segment that comes. Throws what the function of this name throws. */
  assertPayable({ sequenceNumber, durationMs }: PendingWork): void {
    // Also whose segments are refused is there.
    this.#silence.break(Date.now())
    if (!this.job) return
    const { reserve, deposit } = this.job
    const [claimedByOthers, handoverAfter] = [this.#claimedByOthers, this.#newest?.handoverAfter]
    const required = this.unclaimedFees() + this.#fees(BigInt(durationMs))
    assertPayable({ sequenceNumber, handoverAfter, claimedByOthers, required, reserve, deposit })
  }

  /** Asks the chain, and does what is due. Whether anything was. */
  async advance(block: Block): Promise<boolean> {
    await this.#read(block)
    if (this.log.assignments.length === 0 || this.isSettled || !this.#presence.isOurs) return false
    const [prepared] = await Promise.allSettled([this.#prepare()])
    const { claims } = this
    const steps = claims.map((standing) => this.#claims.advance(standing, block.number))
    steps.push(this.#claims.distribute(claims))
    // Each for itself: what is refused today keeps nothing else from its deadline.
    const outcomes = [prepared, ...(await Promise.allSettled([...steps, this.#endJob(), this.#claimAll(block)]))]
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason
    return outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value)
  }

  async #read({ number }: Block) {
    const { log, drawn, chain } = this.#options
    const [job, ...progress] = await Promise.all([
      chain.job(drawn.job, number),
      ...log.assignments.map((assigned) => chain.assignmentProgress(assigned, number)),
    ])
    await this.#claims.read(number)
    // All at once: segments come in meanwhile, and are counted against what was read together.
    this.#presence.see(job, number)
    this.#progress = progress
    this.#block = number
    this.#silence.break(log.heardMs)
    this.#quietMs = this.#silence.look(Date.now())
  }

  /** What must be on chain before the claims: a handover to us, and the draw where the first claim may come too late for it. */
  async #prepare(): Promise<boolean> {
    const { log, chain } = this.#options
    const job = this.job as JobStanding
    if (this.#block >= job.claimDeadline) return false
    const isShown = (index: number) => this.#progress[index]?.shown
    const unshown = log.assignments.filter(({ assignment }, index) => assignment.fromSequence > 0n && !isShown(index))
    if (!this.isOver && unshown.length > 0) {
      await Promise.all(unshown.map((assigned) => chain.showAssignment(assigned)))
      return true
    }
    if (job.drawn || !(await chain.isDrawFading(job, this.#block))) return false
    await chain.drawCandidates(log.jobId)
    return true
  }

  /** Records the draw on which unclaimed work rests: after a long absence the chain could no longer repeat it. */
  async recordDraw(): Promise<void> {
    const { log, chain } = this.#options
    if (!this.job || this.job.drawn || this.#block >= this.job.claimDeadline) return
    if (this.unclaimed().some(({ work }) => work.length > 0)) await chain.drawCandidates(log.jobId)
  }

  /** On the stream key's word, or because its broadcaster is gone for good. */
  async #endJob(): Promise<boolean> {
    const { log, chain } = this.#options
    if (this.isOver) return false
    if (log.end) await chain.endJob(log.jobId, log.end)
    else if (this.#isAbandoned) await chain.giveUp(log.assignments.at(-1) as AcceptedAssignment)
    else return false
    return true
  }

  /** Nothing has come for long, nothing is left to claim, and the chain knows that the job is ours to end. */
  get #isAbandoned(): boolean {
    if (this.#quietMs < this.#options.abandonedMs || !this.#newest) return false
    const { shown, handoverAfter } = this.#newest
    return shown && handoverAfter === noHandover && this.unclaimed().every(({ work }) => work.length === 0)
  }

  /** Where our newest Assignment stands, as soon as the chain was asked about it. */
  get #newest(): AssignmentProgress | undefined {
    return this.#progress[this.log.assignments.length - 1]
  }

  async #claimAll(block: Block): Promise<boolean> {
    if (this.#block >= (this.job as JobStanding).claimDeadline) return false
    let claimed = false
    for (const open of this.unclaimed()) claimed = (await this.#claim(open, block)) || claimed
    return claimed
  }

  async #claim(open: Unclaimed, block: Block): Promise<boolean> {
    const { log, chain, drawn, domain } = this.#options
    const { reserve, deposit, jobTime } = this.job as JobStanding
    const { assigned, progress, work } = open
    const isLast = assigned === log.assignments.at(-1)
    const reason = reasonToClaim({
      segments: work.length,
      fees: this.unclaimedFees(),
      reserve,
      isOver: this.isOver || log.end !== undefined || !isLast,
      quietMs: Date.now() - log.heardMs,
    })
    if (!reason) return false
    const maxDurationMs = (block.timestamp - jobTime) * 1_000n + spareMs - progress.claimedMs
    const now = claimNow(work, { terms: drawn.job, payable: reserve + deposit, maxDurationMs })
    if (now.length === 0) return false
    const [{ assignment }, { lastClaimId: previousClaimId }] = [assigned, progress]
    const { claim } = Claim.create({ assignment, previousClaimId, work: now, domain })
    try {
      // As of that block: what comes back after a reorganisation, and is ours, must not look like somebody else's.
      await chain.tryClaim(claim, assigned, block.number)
    } catch (error) {
      if (!(error instanceof RevertError) || error.errorName !== 'AlreadyClaimed') throw error
      this.#claimedByOthers.add(error.args[0] as bigint)
      return true
    }
    // On disk before it is sent: whenever we are killed, the chain can be asked for it.
    if (!log.plannedClaims.some((plan) => Claim.id(plan) === Claim.id(claim))) await log.recordPlan(claim)
    await this.#claims.read(block.number)
    await chain.claimWork(claim, assigned)
    return true
  }

  #fees(durationMs: bigint): bigint {
    return Claim.fees({ ...this.#options.drawn.job, durationMs })
  }
}
