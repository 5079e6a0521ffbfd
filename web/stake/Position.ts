import type { Address } from 'viem'

/** The stake of an account. LPT in units of 10^-18. */
export type Position = {
  account: Address
  /** The transcoder that holds the stake. For a transcoder, this is its own address. */
  delegate: Address | undefined
  /** The present stake: rewards are added, slashed stake is subtracted. */
  stake: bigint
  /** Fees that the account can withdraw, in wei. */
  feesWei: bigint
  /** LPT in the wallet. */
  balance: bigint
  locks: readonly Lock[]
  /** Stake that was moved to a different transcoder, and that can still be slashed for the work of the former transcoder `to`. */
  exposed: { stake: bigint; to: Address; untilRound: bigint } | undefined
}

/** Stake in the unbonding state. */
export type Lock = {
  id: bigint
  /** The amount without the slashed part. */
  amount: bigint
  /** First round in which the amount can be withdrawn. */
  withdrawRound: bigint
  /** Before `withdrawRound`, the amount can be slashed for the work of this transcoder. */
  delegate: Address
}

export const isWithdrawable = ({ withdrawRound }: Lock, round: { number: bigint }): boolean =>
  withdrawRound <= round.number
