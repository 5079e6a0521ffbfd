import {
  Claim,
  ClaimState,
  Disclosure,
  Lottery,
  ProtocolError,
  type TranscodingOptions,
  type typedData,
} from '@lp/contracts/protocol'
import { type Hex, zeroHash } from 'viem'
import { reorgBlocks } from '../chain/reorgBlocks'
import type { ClaimLog } from './ClaimLog'
import type { ClaimRecord, ClaimsChain } from './ClaimsChain'
import type { AssignmentProgress } from './claimable'
import { LostClaimError, lostClaims } from './lostClaims'

/** One of our claims, as it was on chain at the last read. */
export type ClaimStanding = {
  claimId: Hex
  claim: Claim.Claim
  state: ClaimState.ClaimState
  /** The first block in which this relay saw the claim in this state. */
  since: bigint
  record: ClaimRecord
  /** Sequence numbers that the lottery drew for verification; empty before the lottery is sealed. */
  challenged: readonly bigint[]
  /** The reason of a refund. Defined only for a refunded claim, and only if the RPC still has the event. */
  reason: ClaimState.RefundReason | undefined
}

export type JobClaimsOptions = {
  log: ClaimLog
  chain: ClaimsChain
  domain: typedData.Domain
  options: TranscodingOptions.TranscodingOptions
  /** Called when the state of a claim differs from its state at the last read. */
  onChange(standing: ClaimStanding, before: ClaimState.ClaimState): void
  /** Called before a segment is disclosed on chain: from then on, a verifier fetches the payloads with these hashes. */
  onDisclose(dataHashes: readonly Hex[]): Promise<void>
}

/** The largest number of claims in one transaction. With 32 claims, the transaction needs only a small part of a block's gas. */
const maxDistributed = 32

/** Whether the claim has a final state, and no reorganisation can change this state. */
export const isClosed = ({ state, since }: ClaimStanding, block: bigint): boolean =>
  (ClaimState.isFinal(state) || state === 'forfeited') && block >= since + reorgBlocks

/** The claims of one job. Their content comes from the job's log, and their state comes from the chain. */
export class JobClaims {
  readonly #options: JobClaimsOptions
  readonly #standings = new Map<Hex, ClaimStanding>()
  /** Claims for which `isHeld` has already returned `true`. */
  readonly #held = new Set<Hex>()
  /** For each Assignment whose claims `findLost` has searched: the prefix of its last claim at that time. */
  readonly #searched = new Set<Hex>()

  constructor(options: JobClaimsOptions) {
    this.#options = options
  }

  /** Oldest first. A claim that was planned and is not on chain has the state `sent`. */
  get standings(): readonly ClaimStanding[] {
    return [...this.#standings.values()]
  }

  /** Reads every claim that can still change, as of a block. `isExpelled`: we were expelled from the job. */
  async read(block: bigint, isExpelled: boolean): Promise<void> {
    const { log, chain } = this.#options
    for (const claim of log.plannedClaims) {
      const claimId = Claim.id(claim)
      const before = this.#standings.get(claimId)
      if (before && isClosed(before, block)) continue
      const record = await chain.claimRecord(claimId, block)
      // A transaction that is sent now is in the next block at the earliest.
      const state = ClaimState.at({ ...record, isExpelled }, block + 1n)
      const challenged = record.isSealed ? Lottery.challenged(claim, record) : []
      const isSame = before?.state === state
      const since = isSame ? before.since : block
      // The refund reason cannot be computed from the state on chain, because verdicts and slashes can also come after the
      // refund.
      const known = isSame ? before.reason : undefined
      const reason = state === 'refunded' ? (known ?? (await chain.refundReason(claimId, record, block))) : undefined
      const standing = { claimId, claim, state, since, record, challenged, reason }
      // After a restart of the relay, the verifier can still need these payloads.
      if (!before && state === 'disclosed') for (const sequenceNumber of challenged) await this.#release(sequenceNumber)
      this.#standings.set(claimId, standing)
      if (before && before.state !== state) this.#options.onChange(standing, before.state)
    }
  }

  /** Takes the next step of a claim, if a step is due. Resolves with `true` if a step was taken. */
  async advance({ claimId, claim, state, record, challenged }: ClaimStanding, block: bigint): Promise<boolean> {
    const { chain } = this.#options
    if (state === 'claimed' && block >= Lottery.sealableFrom(record)) await chain.sealChallenges(claim)
    else if (state === 'sealed') await this.#disclose({ claimId, claim, challenged })
    else return false
    return true
  }

  /**
   * Restores the claims that are on chain, but that the log has lost, and writes them to the log. `progress[i]` belongs
   * to the log's Assignment `i`; the log's newest Assignments may have no entry yet. If a claim cannot be restored,
   * throws `LostClaimError` for this claim once.
   */
  async findLost(progress: readonly AssignmentProgress[]): Promise<void> {
    const { log, domain, options } = this.#options
    const { jobId, work, plannedClaims } = log
    const lastClaims = progress.map(({ lastClaimPrefix }) => lastClaimPrefix).filter((last) => last !== Claim.noPrefix)
    const unsearched = lastClaims.filter((claimPrefix) => !this.#searched.has(claimPrefix))
    if (unsearched.length === 0) return
    const assignments = log.assignments.slice(0, progress.length)
    for (const claim of lostClaims({ assignments, progress, work, plannedClaims, options, domain }))
      await log.recordPlan(claim)
    for (const claimPrefix of unsearched) this.#searched.add(claimPrefix)
    const lost = unsearched.find((claimPrefix) => !this.isHeld(claimPrefix))
    if (lost) throw new LostClaimError({ jobId, claimId: lost })
  }

  /** The last claim under an Assignment, if the log has lost this claim or some of its receipts. */
  lostClaim({ lastClaimPrefix: last }: AssignmentProgress): { jobId: Hex; claimId: Hex } | undefined {
    return last === Claim.noPrefix || this.isHeld(last) ? undefined : { jobId: this.#options.log.jobId, claimId: last }
  }

  /** The full id of the claim in the log whose id begins with this prefix; `zeroHash` if the log holds no such claim. */
  idWith(claimPrefix: Hex): Hex {
    const claim = this.#claimWith(claimPrefix)
    return claim ? Claim.id(claim) : zeroHash
  }

  /** Whether the log holds a claim and all receipts of the claim. The disclosure of the claim's segments needs these receipts. */
  readonly isHeld = (claimPrefix: Hex): boolean => {
    if (this.#held.has(claimPrefix)) return true
    const { log } = this.#options
    const claim = this.#claimWith(claimPrefix)
    const isHeld = claim !== undefined && Claim.sequenceNumbers(claim).every((number) => log.workOn(number))
    if (isHeld) this.#held.add(claimPrefix)
    return isHeld
  }

  #claimWith(claimPrefix: Hex): Claim.Claim | undefined {
    return this.#options.log.plannedClaims.find((plan) => Claim.prefixOf(Claim.id(plan)) === claimPrefix)
  }

  /**
   * Collects the fees of up to `maxDistributed` verified claims in one transaction. Resolves with `false` if there is no such
   * claim.
   */
  async distribute(standings: readonly ClaimStanding[]): Promise<boolean> {
    const due = standings.filter(({ state }) => state === 'verified').slice(0, maxDistributed)
    if (due.length === 0) return false
    await this.#options.chain.distributeFees(due.map(({ claim }) => claim))
    return true
  }

  async #disclose({ claimId, claim, challenged }: Pick<ClaimStanding, 'claimId' | 'claim' | 'challenged'>) {
    const { log, chain, options } = this.#options
    const committed = this.#commit(claim)
    const before = log.plannedClaims.find((plan) => Claim.id(plan) === claim.previousClaimId)
    const previous = before && this.#commit(before)
    const disclosed = challenged.map(async (sequenceNumber) => {
      await this.#release(sequenceNumber)
      if (await chain.isDisclosed(claimId, sequenceNumber)) return
      await chain.disclose(claim, Disclosure.create({ options, committed, previous, sequenceNumber }))
    })
    // A failed disclosure must not delay other disclosures beyond their deadline.
    const outcomes = await Promise.allSettled(disclosed)
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason
  }

  /** The verifier needs the payloads of this segment. */
  async #release(sequenceNumber: bigint): Promise<void> {
    const { log, onDisclose } = this.#options
    const work = log.workOn(sequenceNumber)
    if (work) await onDisclose([work.segment.dataHash, ...work.outputs.map(({ dataHash }) => dataHash)])
  }

  /**
   * Builds the Merkle tree of a claim again. The trees are not kept in memory: a long stream has many claims, and few of them are
   * disclosed at the same time.
   */
  #commit(claim: Claim.Claim): Claim.Committed {
    const { log, domain } = this.#options
    const { fromSequence, previousClaimId } = claim
    const assigned = log.assignments.find(({ assignment }) => assignment.fromSequence === fromSequence)
    if (!assigned) throw new LostPlanError({ jobId: log.jobId, fromSequence })
    const numbers = new Set(Claim.sequenceNumbers(claim))
    const work = log.work.filter(({ segment }) => numbers.has(segment.sequenceNumber))
    if (work.length < numbers.size) throw new LostClaimError({ jobId: log.jobId, claimId: Claim.id(claim) })
    return Claim.create({ assignment: assigned.assignment, previousClaimId, work, domain })
  }
}

/** Fees of the claims that are on chain, are not paid yet, and can still be paid, in wei. */
export const inEscrow = (standings: readonly ClaimStanding[]): bigint =>
  standings.reduce(
    (sum, { state, record }) => (state === 'paid' || ClaimState.isLost(state) ? sum : sum + record.fees),
    0n,
  )

export class LostPlanError extends ProtocolError {
  override readonly name = 'JobClaims.LostPlanError'
  constructor({ jobId, fromSequence }: { jobId: Hex; fromSequence: bigint }) {
    super('The log of a job holds a claim, but not the Assignment of the claim.', {
      details: [`Job: ${jobId}`, `First segment of the Assignment: ${fromSequence}`],
    })
  }
}
