import {
  Claim,
  ClaimState,
  Disclosure,
  Lottery,
  ProtocolError,
  type TranscodingOptions,
  type typedData,
} from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { reorgBlocks } from '../chain/reorgBlocks'
import type { ClaimLog } from './ClaimLog'
import type { ClaimRecord, ClaimsChain } from './ClaimsChain'

/** A claim of ours as it stands on chain. */
export type ClaimStanding = {
  claimId: Hex
  claim: Claim.Claim
  state: ClaimState.ClaimState
  /** Block in which it was first seen so. */
  since: bigint
  record: ClaimRecord
  /** Drawn for verification; empty before the lottery is sealed. */
  challenged: readonly bigint[]
  /** Only of a refunded claim, and only when the node still knows the event. */
  reason: ClaimState.RefundReason | undefined
}

export type ClaimsOptions = {
  log: ClaimLog
  chain: ClaimsChain
  domain: typedData.Domain
  options: TranscodingOptions.TranscodingOptions
  /** A claim is further than when it was last looked at. */
  onChange(standing: ClaimStanding, before: ClaimState.ClaimState): void
}

/** In one transaction: a fraction of what a block holds. */
const maxDistributed = 32

/** Whether no reorganisation brings a closed claim back, which would be our loss if we had stopped looking. */
export const isClosed = ({ state, since }: ClaimStanding, block: bigint): boolean =>
  ClaimState.isFinal(state) && block >= since + reorgBlocks

/** The claims of one job, made again from its log; how far each one is, only the chain knows. */
export class Claims {
  readonly #options: ClaimsOptions
  readonly #standings = new Map<Hex, ClaimStanding>()

  constructor(options: ClaimsOptions) {
    this.#options = options
  }

  /** Oldest first; claims that were planned and never made are not among them. */
  get standings(): readonly ClaimStanding[] {
    return [...this.#standings.values()]
  }

  /** Looks at every claim that can still change. */
  async read(block: bigint): Promise<void> {
    const { log, chain } = this.#options
    for (const claim of log.plannedClaims) {
      const claimId = Claim.id(claim)
      const before = this.#standings.get(claimId)
      if (before && isClosed(before, block)) continue
      const record = await chain.claimRecord(claimId, block)
      // A transaction that is sent now is in the next block at the earliest.
      const state = ClaimState.at(record, block + 1n)
      const challenged = record.isSealed ? Lottery.challenged(claim, record) : []
      const isSame = before?.state === state
      const since = isSame ? before.since : block
      // No state tells it: verdicts, and what is slashed for, can also come after the refund.
      const told = isSame ? before.reason : undefined
      const reason = state === 'refunded' ? (told ?? (await chain.refundReason(claimId, record, block))) : undefined
      const standing = { claimId, claim, state, since, record, challenged, reason }
      this.#standings.set(claimId, standing)
      if (before && before.state !== state) this.#options.onChange(standing, before.state)
    }
  }

  /** Does what is to be done for a claim in this block. Whether there was anything. */
  async advance({ claimId, claim, state, record, challenged }: ClaimStanding, block: bigint): Promise<boolean> {
    const { chain } = this.#options
    if (state === 'claimed' && block >= Lottery.sealableFrom(record)) await chain.sealChallenges(claim)
    else if (state === 'sealed') await this.#disclose({ claimId, claim, challenged })
    else return false
    return true
  }

  /** Collects what is due, in one transaction. Whether there was anything. */
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
      if (await chain.isDisclosed(claimId, sequenceNumber)) return
      await chain.disclose(claim, Disclosure.create({ options, committed, previous, sequenceNumber }))
    })
    // Each segment for itself: one that fails keeps no other from being disclosed in time.
    const outcomes = await Promise.allSettled(disclosed)
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason
  }

  /** The tree is made again when it is needed: a long stream has many claims, and few are disclosed at a time. */
  #commit(claim: Claim.Claim): Claim.Committed {
    const { log, domain } = this.#options
    const { fromSequence, previousClaimId } = claim
    const assigned = log.assignments.find(({ assignment }) => assignment.fromSequence === fromSequence)
    if (!assigned) throw new LostPlanError({ jobId: log.jobId, fromSequence })
    const numbers = new Set(Claim.sequenceNumbers(claim))
    const work = log.work.filter(({ segment }) => numbers.has(segment.sequenceNumber))
    return Claim.create({ assignment: assigned.assignment, previousClaimId, work, domain })
  }
}

/** Fees of claims that are on chain and neither paid nor lost. */
export const inEscrow = (standings: readonly ClaimStanding[]): bigint =>
  standings.reduce(
    (sum, { state, record }) => (state === 'paid' || ClaimState.isLost(state) ? sum : sum + record.fees),
    0n,
  )

export class LostPlanError extends ProtocolError {
  override readonly name = 'Claims.LostPlanError'
  constructor({ jobId, fromSequence }: { jobId: Hex; fromSequence: bigint }) {
    super('The log of a job names a claim under an assignment that it does not hold.', {
      details: [`Job: ${jobId}`, `Assignment from: ${fromSequence}`],
    })
  }
}
