import type { claimsManagerAbi, jobsManagerAbi } from '@lp/contracts/abi'
import { type Claim, ClaimState, Verdict } from '@lp/contracts/protocol'
import type { Address, ContractEventName, Hex, Log } from 'viem'

/** The claims, checks and payments of one job, as they are on chain. Whitepaper, "End Job". */
export type Settlement = {
  job: JobTerms
  /** The block that was the newest when the other fields were read. */
  clock: Clock
  /** The block and the transaction that ended the job before its end block; `undefined` if the job was not ended early. */
  ended: Recorded | undefined
  /** Oldest claim first. */
  claims: readonly Progress[]
}

export type JobTerms = {
  jobId: Hex
  broadcaster: Address
  /** Wei. */
  pricePerUnit: bigint
  /** Units of work in one second of all renditions together. */
  unitsPerSecond: bigint
  /** The reserve that the job still holds, in wei. */
  reserveWei: bigint
  jobBlock: bigint
  /** First block in which the job is over. */
  endBlock: bigint
  /** First block in which a claim is too late. */
  claimDeadline: bigint
}

/** The newest block, its Unix time, and the mean time between blocks. */
export type Clock = { block: bigint; timeMs: number; blockTimeMs: number }

/** The block and the transaction in which the chain recorded an event. */
export type Recorded = { blockNumber: bigint; transactionHash: Hex }

/** A claim and its steps up to now. */
export type Progress = {
  claimId: Hex
  claim: Claim.Claim
  segments: number
  /** The fees are in escrow until the claim is paid or refunded. */
  feesWei: bigint
  /** The fine that the broadcaster may have to pay. It is in escrow until the claim is paid or refunded. */
  fineWei: bigint
  verificationDeadline: bigint
  verdictDeadline: bigint
  claimed: Recorded
  /** The segments that must be checked; `undefined` until the lottery is sealed. */
  drawn: (Recorded & { sequenceNumbers: readonly bigint[] }) | undefined
  /** The segments that the transcoder has disclosed, in the order of disclosure. */
  checks: readonly Check[]
  outcome: Outcome | undefined
  /** Whether the transcoder was slashed for an offence in this claim, or in another claim of the job. */
  isExpelled?: boolean
  /** Stake that the transcoder lost because of the claim, in units of 10^-18 LPT. */
  slashed: bigint
}

export type Check = Recorded & {
  sequenceNumber: bigint
  verdict: Verdict.Verdict | undefined
  /** Whether the call to the verifier's contract failed, so that no verdict was requested. */
  isRefused?: boolean
}

export type Outcome = Recorded & {
  /** The fine that the broadcaster paid, because a segment has the verdict `InputInvalid`. 0 if no segment has this verdict. */
  fineWei: bigint
} & (
    | {
        isPaid: true
        /** The fees of all segments, except the segments with the verdict `InputInvalid`. */
        feesWei: bigint
      }
    | { isPaid: false; reason: ClaimState.RefundReason }
  )

type ClaimEvent = Exclude<
  ContractEventName<typeof claimsManagerAbi>,
  'AssignmentShown' | 'FailureForgiven' | 'OwnershipTransferred' | 'ParametersUpdate' | 'VerifierUpdate'
>
/** A decoded event of a job or of a claim. */
export type Event =
  | Log<bigint, number, false, undefined, true, typeof claimsManagerAbi, ClaimEvent>
  | Log<bigint, number, false, undefined, true, typeof jobsManagerAbi, 'JobEnded'>

/** Computes the claims of a job from the job's events. The events are in the order of the chain. */
export function fold(events: readonly Event[]): Pick<Settlement, 'ended' | 'claims'> {
  let ended: Recorded | undefined
  const claims = new Map<Hex, Progress>()
  const expelled = new Set<Address>()
  for (const event of events) {
    if (event.eventName === 'JobEnded') ended = recordedOf(event)
    else if (event.eventName === 'NewClaim') claims.set(event.args.claimId, newProgress(event))
    else {
      if (event.eventName === 'ClaimSlashed') expelled.add(event.args.transcoder)
      const progress = claims.get(event.args.claimId)
      if (progress) claims.set(event.args.claimId, { ...progress, ...change(progress, event) })
    }
  }
  const isExpelled = ({ claim }: Progress) => expelled.has(claim.transcoder)
  return {
    ended,
    claims: [...claims.values()].map((each) => (isExpelled(each) ? { ...each, isExpelled: true } : each)),
  }
}

const newProgress = (event: Event & { eventName: 'NewClaim' }): Progress => ({
  claimId: event.args.claimId,
  claim: event.args.claim,
  segments: Number(event.args.segments),
  feesWei: event.args.fees,
  fineWei: event.args.fine,
  verificationDeadline: event.args.verificationDeadline,
  verdictDeadline: event.args.verdictDeadline,
  claimed: recordedOf(event),
  ...{ drawn: undefined, checks: [], outcome: undefined, slashed: 0n },
})

function change(
  { checks, slashed, fineWei: heldWei }: Progress,
  event: Exclude<Event, { eventName: 'NewClaim' | 'JobEnded' }>,
): Partial<Progress> {
  const recorded = recordedOf(event)
  const fineWei = checks.some(isBroken) ? heldWei : 0n
  switch (event.eventName) {
    case 'ChallengesSealed':
      return { drawn: { ...recorded, sequenceNumbers: event.args.sequenceNumbers } }
    case 'VerificationRequested':
      return { checks: [...checks, { ...recorded, sequenceNumber: event.args.sequenceNumber, verdict: undefined }] }
    case 'RequestRefused': {
      const isRefused = ({ sequenceNumber }: Check) => sequenceNumber === event.args.sequenceNumber
      return { checks: checks.map((check) => (isRefused(check) ? { ...check, isRefused: true } : check)) }
    }
    case 'VerdictReported': {
      const { sequenceNumber } = event.args
      const verdict = Verdict.fromNumber(event.args.verdict)
      const isReported = (check: Check) => check.sequenceNumber === sequenceNumber
      return { checks: checks.map((check) => (isReported(check) ? { ...recorded, sequenceNumber, verdict } : check)) }
    }
    case 'ClaimSlashed':
      return { slashed: slashed + event.args.amount }
    case 'FeesDistributed':
      return { outcome: { ...recorded, fineWei, isPaid: true, feesWei: event.args.fees } }
    case 'ClaimRefunded':
      return { outcome: { ...recorded, fineWei, isPaid: false, reason: ClaimState.refundReasonOf(event.args.reason) } }
  }
}

const recordedOf = ({ blockNumber, transactionHash }: Event): Recorded => ({ blockNumber, transactionHash })

/** Whether the source segment breaks the limits of its job. For such segments, the broadcaster pays one fine per claim instead of fees. */
export const isBroken = ({ verdict }: Check): boolean => verdict === 'InputInvalid'

/** What the broadcaster has paid for a job, has got back, or may still have to pay. Amounts in wei. */
export type Bill = {
  /** Number of paid segments. */
  segments: number
  /** Duration of the paid segments. */
  durationMs: bigint
  feesWei: bigint
  refundedWei: bigint
  /** The fines for claims with a broken source segment. */
  fineWei: bigint
  /** Fees in escrow for claims that are neither paid nor refunded yet. */
  pendingWei: bigint
}

export function bill({ claims }: Pick<Settlement, 'claims'>): Bill {
  const sum = { segments: 0, durationMs: 0n, feesWei: 0n, refundedWei: 0n, fineWei: 0n, pendingWei: 0n }
  for (const { outcome, feesWei, segments, checks, claim } of claims) {
    if (!outcome) sum.pendingWei += feesWei
    else {
      const paidWei = outcome.isPaid ? outcome.feesWei : 0n
      sum.fineWei += outcome.fineWei
      sum.feesWei += paidWei
      sum.refundedWei += feesWei - paidWei
      if (!outcome.isPaid) continue
      sum.segments += segments - checks.filter(isBroken).length
      // The events do not contain the durations of single segments. Fees are proportional to durations, so the fees give the paid duration.
      sum.durationMs += feesWei > 0n ? (claim.durationMs * paidWei) / feesWei : claim.durationMs
    }
  }
  return sum
}

/** The fines in escrow for the claims that are neither paid nor refunded yet, in wei. */
export const heldFineWei = ({ claims }: Pick<Settlement, 'claims'>): bigint =>
  claims.reduce((sum, { outcome, fineWei }) => (outcome ? sum : sum + fineWei), 0n)

export const isOver = ({ job, clock }: Settlement): boolean => clock.block >= job.endBlock

/** The number of segments in all claims of the job together. */
export const claimedSegments = ({ claims }: Settlement): number =>
  claims.reduce((sum, { segments }) => sum + segments, 0)

/** Whether a new claim would be too late. */
export const isClosed = ({ job, clock }: Settlement): boolean => clock.block >= job.claimDeadline

/**
 * Whether the settlement is final: the job is over, each claim is paid or refunded, and no claim is missing. A claim is missing
 * while the claims hold fewer than `segments` segments and a new claim is not too late. `segments`: the number of segments that
 * the transcoder has acknowledged to the broadcaster.
 */
export const isSettled = (settlement: Settlement, segments: number): boolean =>
  isOver(settlement) &&
  settlement.claims.every(({ outcome }) => outcome) &&
  (isClosed(settlement) || claimedSegments(settlement) >= segments)

/**
 * Claims that missed a deadline, and open claims of transcoders that were expelled from the job. Any account may call
 * `ClaimsManager.expire`, which refunds the fees to the broadcaster.
 */
export const expired = ({ claims, clock }: Settlement): Progress[] =>
  claims.filter((progress) => {
    const state = ClaimState.at(factsOf(progress), clock.block)
    return state === 'missed' || state === 'expired' || state === 'forfeited'
  })

/** First block in which the claim's next step is too late. The next step is a disclosure or, after all disclosures, a verdict. */
export const deadlineOf = (progress: Progress): bigint => ClaimState.nextDeadline(factsOf(progress))

/** Whether each drawn segment has the verdict `Valid` or `InputInvalid`. If so, the fees are due. */
export const isValid = (progress: Progress): boolean => ClaimState.isVerified(factsOf(progress))

/** The fields of the claim that the contract stores. */
const factsOf = ({ drawn, checks, outcome, isExpelled, verificationDeadline, verdictDeadline }: Progress) => ({
  status: outcome ? (outcome.isPaid ? ('Paid' as const) : ('Refunded' as const)) : ('Open' as const),
  isExpelled,
  isSealed: drawn !== undefined,
  challenged: BigInt(drawn?.sequenceNumbers.length ?? 0),
  requested: BigInt(checks.length),
  passed: BigInt(checks.filter((check) => check.verdict === 'Valid' || isBroken(check)).length),
  refused: BigInt(checks.filter(({ verdict, isRefused }) => isRefused && !verdict).length),
  verificationDeadline,
  verdictDeadline,
})

/** The Unix time of a block in milliseconds, estimated from the time between blocks. */
export const timeOf = ({ block, timeMs, blockTimeMs }: Clock, of: bigint): number =>
  timeMs + Number(of - block) * blockTimeMs
