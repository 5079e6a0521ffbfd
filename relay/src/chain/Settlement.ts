import type { claimsManagerAbi, jobsManagerAbi } from '@lp/contracts/abi'
import { type Claim, ClaimState, Verdict } from '@lp/contracts/protocol'
import type { Address, ContractEventName, Hex, Log } from 'viem'

/** What became of the work of one job, as the chain tells it. Whitepaper, "End Job". */
export type Settlement = {
  job: JobTerms
  /** When the chain was asked. */
  clock: Clock
  /** The job was ended before its time. */
  ended: Mark | undefined
  /** In the order in which they were made. */
  claims: readonly Progress[]
}

export type JobTerms = {
  jobId: Hex
  broadcaster: Address
  /** Wei. */
  pricePerUnit: bigint
  /** Units of a second of all renditions. */
  unitsPerSecond: bigint
  /** What the job still holds, in wei. */
  reserveWei: bigint
  jobBlock: bigint
  /** First block in which it is over. */
  endBlock: bigint
  /** First block in which nothing of it can be claimed any more. */
  claimDeadline: bigint
}

/** The newest block, and how fast they come. */
export type Clock = { block: bigint; timeMs: number; blockTimeMs: number }

/** Where something is written down. */
export type Mark = { blockNumber: bigint; transactionHash: Hex }

/** A claim, and how far it has come. */
export type Progress = {
  claimId: Hex
  claim: Claim.Claim
  segments: number
  /** In escrow until the claim ends. */
  feesWei: bigint
  verificationDeadline: bigint
  verdictDeadline: bigint
  claimed: Mark
  /** Which segments must be checked; undefined until the lottery is sealed. */
  drawn: (Mark & { sequenceNumbers: readonly bigint[] }) | undefined
  /** Segments that were disclosed to the verifier, in that order. */
  checks: readonly Check[]
  outcome: Outcome | undefined
  /** Stake that the transcoder lost over it, in units of 10^-18 LPT. */
  slashed: bigint
}

export type Check = Mark & { sequenceNumber: bigint; verdict: Verdict.Verdict | undefined }

export type Outcome = Mark & ({ isPaid: true } | { isPaid: false; reason: ClaimState.RefundReason })

type ClaimEvent = Exclude<
  ContractEventName<typeof claimsManagerAbi>,
  'AssignmentShown' | 'FailureForgiven' | 'OwnershipTransferred' | 'ParametersUpdate' | 'VerifierUpdate'
>
/** Decoded events of one job, in the order of the chain. */
export type Event =
  | Log<bigint, number, false, undefined, true, typeof claimsManagerAbi, ClaimEvent>
  | Log<bigint, number, false, undefined, true, typeof jobsManagerAbi, 'JobEnded'>

/** What the events of a job come to. */
export function fold(events: readonly Event[]): Pick<Settlement, 'ended' | 'claims'> {
  let ended: Mark | undefined
  const claims = new Map<Hex, Progress>()
  for (const event of events) {
    if (event.eventName === 'JobEnded') ended = markOf(event)
    else if (event.eventName === 'NewClaim') claims.set(event.args.claimId, begun(event))
    else {
      const progress = claims.get(event.args.claimId)
      if (progress) claims.set(event.args.claimId, { ...progress, ...change(progress, event) })
    }
  }
  return { ended, claims: [...claims.values()] }
}

const begun = (event: Event & { eventName: 'NewClaim' }): Progress => ({
  claimId: event.args.claimId,
  claim: event.args.claim,
  segments: Number(event.args.segments),
  feesWei: event.args.fees,
  verificationDeadline: event.args.verificationDeadline,
  verdictDeadline: event.args.verdictDeadline,
  claimed: markOf(event),
  ...{ drawn: undefined, checks: [], outcome: undefined, slashed: 0n },
})

function change(
  { checks, slashed }: Progress,
  event: Exclude<Event, { eventName: 'NewClaim' | 'JobEnded' }>,
): Partial<Progress> {
  const mark = markOf(event)
  switch (event.eventName) {
    case 'ChallengesSealed':
      return { drawn: { ...mark, sequenceNumbers: event.args.sequenceNumbers } }
    case 'VerificationRequested':
      return { checks: [...checks, { ...mark, sequenceNumber: event.args.sequenceNumber, verdict: undefined }] }
    case 'VerdictReported': {
      const { sequenceNumber } = event.args
      const verdict = Verdict.fromNumber(event.args.verdict)
      const isIt = (check: Check) => check.sequenceNumber === sequenceNumber
      return { checks: checks.map((check) => (isIt(check) ? { ...mark, sequenceNumber, verdict } : check)) }
    }
    case 'ClaimSlashed':
      return { slashed: slashed + event.args.amount }
    case 'FeesDistributed':
      return { outcome: { ...mark, isPaid: true } }
    case 'ClaimRefunded':
      return { outcome: { ...mark, isPaid: false, reason: ClaimState.refundReasonOf(event.args.reason) } }
  }
}

const markOf = ({ blockNumber, transactionHash }: Event): Mark => ({ blockNumber, transactionHash })

/** What a broadcaster owes, and what not. Wei. */
export type Bill = {
  segments: number
  /** Of the segments paid. */
  durationMs: bigint
  feesWei: bigint
  refundedWei: bigint
  /** In escrow: claimed, and neither paid nor refunded yet. */
  pendingWei: bigint
}

export function bill({ claims }: Pick<Settlement, 'claims'>): Bill {
  const sum = { segments: 0, durationMs: 0n, feesWei: 0n, refundedWei: 0n, pendingWei: 0n }
  for (const { outcome, feesWei, segments, claim } of claims) {
    if (!outcome) sum.pendingWei += feesWei
    else if (!outcome.isPaid) sum.refundedWei += feesWei
    else {
      sum.feesWei += feesWei
      sum.segments += segments
      sum.durationMs += claim.durationMs
    }
  }
  return sum
}

export const isOver = ({ job, clock }: Settlement): boolean => clock.block >= job.endBlock

/** How many segments are claimed, by whomever. */
export const claimedSegments = ({ claims }: Settlement): number =>
  claims.reduce((sum, { segments }) => sum + segments, 0)

/** Whether no claim can come any more. */
export const isClosed = ({ job, clock }: Settlement): boolean => clock.block >= job.claimDeadline

/**
 * Whether nothing is to be waited for: the job is over, each claim is paid or refunded, and either they hold all
 * `segments` that the broadcaster knows to be acknowledged, or it is too late for another.
 */
export const isSettled = (settlement: Settlement, segments: number): boolean =>
  isOver(settlement) &&
  settlement.claims.every(({ outcome }) => outcome) &&
  (isClosed(settlement) || claimedSegments(settlement) >= segments)

/** Claims whose time has run out: `ClaimsManager.expire` gives the broadcaster the fees back, and anybody may call it. */
export const expired = ({ claims, clock }: Settlement): Progress[] =>
  claims.filter((progress) => {
    const state = ClaimState.at(factsOf(progress), clock.block)
    return state === 'missed' || state === 'expired'
  })

/** First block in which it is too late for what the claim waits for: a disclosure, or else a verdict. */
export const deadlineOf = (progress: Progress): bigint => ClaimState.nextDeadline(factsOf(progress))

/** Whether each drawn segment was found valid, so that the fees are due. */
export const isValid = (progress: Progress): boolean => ClaimState.isVerified(factsOf(progress))

/** What the contract would store after these events. */
const factsOf = ({ drawn, checks, outcome, verificationDeadline, verdictDeadline }: Progress): ClaimState.Facts => ({
  status: outcome ? (outcome.isPaid ? 'Paid' : 'Refunded') : 'Open',
  isSealed: drawn !== undefined,
  challenged: BigInt(drawn?.sequenceNumbers.length ?? 0),
  requested: BigInt(checks.length),
  passed: BigInt(checks.filter(({ verdict }) => verdict === 'Valid').length),
  verificationDeadline,
  verdictDeadline,
})

/** When a block to come will be there, or about when one was; Unix time in milliseconds. */
export const timeOf = ({ block, timeMs, blockTimeMs }: Clock, of: bigint): number =>
  timeMs + Number(of - block) * blockTimeMs
