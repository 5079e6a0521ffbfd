/** What `getClaim` says of a claim. */
export type ClaimRecord = {
  /** 0 none, 1 open, 2 paid, 3 refunded. */
  state: number
  /** Wei. */
  fees: bigint
  claimBlock: bigint
  verificationDeadline: bigint
  verdictDeadline: bigint
  verificationRate: bigint
  isSealed: boolean
  blockHash: `0x${string}`
  challenged: bigint
  requested: bigint
  passed: bigint
}

/**
 * Where a claim stands. `sent`: not seen on chain; `claimed`: its fees are in escrow, the lottery is open; `sealed`: the
 * challenged segments are known and not all disclosed; `disclosed`: waits for verdicts; `verified`: fees are due;
 * `missed` and `expired`: the deadline for disclosure, or for verdicts, has passed, and anybody may refund it.
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

/** `block`: the newest. A deadline is the first block in which it is too late. */
export function stateOf(claim: ClaimRecord, block: bigint): ClaimState {
  if (claim.state === 0) return 'sent'
  if (claim.state === 2) return 'paid'
  if (claim.state === 3) return 'refunded'
  const isDisclosed = claim.isSealed && claim.requested === claim.challenged
  if (isDisclosed && claim.passed === claim.challenged) return 'verified'
  // What is sent now is in the next block at the earliest.
  const isLate = (deadline: bigint) => block + 1n >= deadline
  if (isDisclosed) return isLate(claim.verdictDeadline) ? 'expired' : 'disclosed'
  if (isLate(claim.verificationDeadline)) return 'missed'
  return claim.isSealed ? 'sealed' : 'claimed'
}

/** Nothing that we do changes it any more. */
export const isLost = (state: ClaimState): boolean => state === 'missed' || state === 'expired' || state === 'refunded'

/** The chain has closed it. */
export const isFinal = (state: ClaimState): boolean => state === 'paid' || state === 'refunded'

/** The first block in which the hash that decides the lottery can be read. */
export const sealableFrom = ({ claimBlock }: ClaimRecord): bigint => claimBlock + 2n

/** By their numbers in `IClaimsTypes.Reason`. */
export const refundReasons = ['invalid', 'inputInvalid', 'unavailable', 'missed', 'expired', 'equivocation'] as const

/** Why the broadcaster got the fees of a refunded claim back. */
export type RefundReason = (typeof refundReasons)[number]
