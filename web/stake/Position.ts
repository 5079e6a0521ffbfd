import type { Address } from 'viem'

/** The stake of an account. LPT in units of 10^-18. */
export type Position = {
  account: Address
  /** The transcoder that it stakes with. A transcoder stakes with itself. */
  delegate: Address | undefined
  /** Includes rewards; slashed stake is subtracted. */
  stake: bigint
  /** Fees that it can withdraw, in wei. */
  feesWei: bigint
  /** LPT in the wallet. */
  balance: bigint
  locks: readonly Lock[]
  /** Stake that was moved, and that can still be slashed for the work of the former transcoder `to`. */
  exposed: { stake: bigint; to: Address; untilRound: bigint } | undefined
}

/** Stake in the unbonding state. */
export type Lock = {
  id: bigint
  /** Slashed stake is subtracted. */
  amount: bigint
  /** First round in which it can be withdrawn. */
  withdrawRound: bigint
  /** Until then, the stake can be slashed for the work of this transcoder. */
  delegate: Address
}

export const isWithdrawable = ({ withdrawRound }: Lock, round: { number: bigint }): boolean =>
  withdrawRound <= round.number
