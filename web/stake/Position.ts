import type { Address } from 'viem'

/** What an account has at stake. LPT in units of 10^-18. */
export type Position = {
  account: Address
  /** Whom it stakes with; itself for a transcoder. */
  delegate: Address | undefined
  /** With rewards, after cuts. */
  stake: bigint
  /** Fees that it can take, in wei. */
  feesWei: bigint
  /** LPT in the wallet. */
  balance: bigint
  locks: readonly Lock[]
  /** What was moved lately, and still answers for the transcoder that it left. */
  exposed: { stake: bigint; to: Address; untilRound: bigint } | undefined
}

/** Stake on its way out. */
export type Lock = {
  id: bigint
  /** What cuts have left of it. */
  amount: bigint
  /** First round in which it can be withdrawn. */
  withdrawRound: bigint
  /** For whose work it answers until then. */
  delegate: Address
}

export const isWithdrawable = ({ withdrawRound }: Lock, round: { number: bigint }): boolean =>
  withdrawRound <= round.number
