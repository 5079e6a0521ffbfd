import { ProtocolError } from './errors'
import * as Verdict from './Verdict'

/**
 * The state that a claim has for a transaction in a given block.
 * - `sent`: the transcoder has sent the claim, and the chain does not have the claim yet.
 * - `claimed`: the fees are in escrow. The lottery has not drawn the challenged segments.
 * - `sealed`: the lottery has drawn the challenged segments. One or more of them are not disclosed yet.
 * - `disclosed`: all challenged segments are disclosed. One or more verdicts are missing.
 * - `verified`: each challenged segment has the verdict `Valid` or `InputInvalid`, or needs no verdict. The fees can be distributed.
 * - `paid`: the fees are credited to the transcoder and its delegators.
 * - `refunded`: the broadcaster got the fees back.
 * - `missed`: the deadline for disclosures passed before the lottery was drawn, or before all challenged segments were disclosed. Every
 *   account can call `expire`, which refunds the claim.
 * - `expired`: the deadline for verdicts passed before all needed verdicts were reported. Every account can call `expire`, which
 *   refunds the claim.
 * - `forfeited`: the transcoder committed an offence in the job, was slashed, and was expelled from the job. Every account can call
 *   `expire`, which refunds the claim.
 */
export type ClaimState =
  | 'sent'
  | 'claimed'
  | 'sealed'
  | 'disclosed'
  | 'verified'
  | 'paid'
  | 'refunded'
  | 'missed'
  | 'expired'
  | 'forfeited'

/** The names of the contract's enum `IClaimsTypes.State`. A name's index is its number on chain. */
export const statusNames = ['None', 'Open', 'Paid', 'Refunded'] as const
export type Status = (typeof statusNames)[number]

/** The names of the contract's enum `IClaimsTypes.Reason`. A name's index is its number on chain. */
export const refundReasonNames = [...Verdict.failureNames, 'Missed', 'Expired', 'Equivocation', 'Expelled'] as const

/** Why the broadcaster got the fees of a claim back. */
export type RefundReason = (typeof refundReasonNames)[number]

/** The names of the contract's enum `IClaimsTypes.Offence`: reasons for a slash. A name's index is its number on chain. */
export const offenceNames = ['FailedVerification', 'MissedVerification', 'Equivocation'] as const
export type Offence = (typeof offenceNames)[number]

/** The values on which the state of a claim depends. */
export type Facts = {
  status: Status
  /** Whether the lottery has drawn the challenged segments. */
  isSealed: boolean
  /** How many segments the lottery drew, how many of them are disclosed, and how many got the verdict `Valid` or `InputInvalid`. */
  challenged: bigint
  requested: bigint
  passed: bigint
  /**
   * How many disclosed segments have no verdict because the verifier's contract refused the request. From the deadline for
   * verdicts on, these segments count as valid.
   */
  refused: bigint
  /** The first block that is too late for a disclosure, and the first block that is too late for a verdict. */
  verificationDeadline: bigint
  verdictDeadline: bigint
}

/**
 * The state for a transaction in `block`. A transaction that is sent now is mined after the newest block, so `block` must be higher than
 * the newest block.
 */
export function at({ isExpelled, ...facts }: Facts & { isExpelled?: boolean | undefined }, block: bigint): ClaimState {
  if (facts.status === 'None') return 'sent'
  if (facts.status === 'Paid') return 'paid'
  if (facts.status === 'Refunded') return 'refunded'
  if (isExpelled) return 'forfeited'
  if (isDue(facts, block)) return 'verified'
  const isLate = block >= nextDeadline(facts)
  if (isDisclosed(facts)) return isLate ? 'expired' : 'disclosed'
  if (isLate) return 'missed'
  return facts.isSealed ? 'sealed' : 'claimed'
}

/** Whether the transcoder has disclosed all challenged segments. */
export const isDisclosed = ({
  isSealed,
  requested,
  challenged,
}: Pick<Facts, 'isSealed' | 'requested' | 'challenged'>) => isSealed && requested === challenged

/** Whether all challenged segments got the verdict `Valid` or `InputInvalid`. */
export const isVerified = (facts: Pick<Facts, 'isSealed' | 'requested' | 'challenged' | 'passed'>): boolean =>
  isDisclosed(facts) && facts.passed === facts.challenged

/** Whether the fees are due in a block. */
const isDue = (facts: Facts, block: bigint): boolean =>
  isDisclosed(facts) && facts.passed + (block < facts.verdictDeadline ? 0n : facts.refused) === facts.challenged

/** The deadline for the next step of an open claim (a disclosure or a verdict): the first block that is too late. */
export const nextDeadline = (facts: Omit<Facts, 'status' | 'passed' | 'refused'>): bigint =>
  isDisclosed(facts) ? facts.verdictDeadline : facts.verificationDeadline

/** Whether the transcoder can no longer get the fees. */
export const isLost = (state: ClaimState): boolean =>
  state === 'missed' || state === 'expired' || state === 'forfeited' || state === 'refunded'

/** Whether the contract has closed the claim. */
export const isFinal = (state: ClaimState): boolean => state === 'paid' || state === 'refunded'

/** Converts the result of `getClaim`: its state number becomes a name. Throws `UnknownNumberError`. */
export const fromChain = <Claim extends { state: number }>({ state, ...claim }: Claim) => ({
  ...claim,
  status: statusOf(state),
})

/** Throws `UnknownNumberError`. */
export const statusOf = (number: number): Status => nameOf(statusNames, number)
/** Throws `UnknownNumberError`. */
export const refundReasonOf = (number: number): RefundReason => nameOf(refundReasonNames, number)
/** Throws `UnknownNumberError`. */
export const offenceOf = (number: number): Offence => nameOf(offenceNames, number)

function nameOf<Name extends string>(names: readonly Name[], number: number): Name {
  const name = names[number]
  if (name === undefined) throw new UnknownNumberError({ number, names })
  return name
}

export class UnknownNumberError extends ProtocolError {
  override readonly name = 'ClaimState.UnknownNumberError'
  constructor({ number, names }: { number: number; names: readonly string[] }) {
    super('The contract gave a number that has no name.', {
      details: [`Number: ${number}`, `Names: ${names.join(', ')}`],
    })
  }
}
