import { type Address, isAddressEqual } from 'viem'
import type { TimedRound } from './TimedRound'

/** The stake of an account. Amounts of LPT are in units of 10^-18 LPT. */
export type Position = {
  account: Address
  /** The transcoder to which the stake is bonded. If the account is itself a transcoder, this is the account's own address. */
  delegate: Address | undefined
  /** The present stake: rewards are added, slashed stake is subtracted. */
  stake: bigint
  /** Fees that the account can withdraw, in wei. */
  feesWei: bigint
  /** LPT in the wallet. */
  balance: bigint
  locks: readonly Lock[]
  /**
   * Stake that was moved to a different transcoder. Before `untilBlock`, this stake can be slashed for work that the former transcoder `to`
   * claimed before the move.
   */
  exposed: { stake: bigint; to: Address; untilBlock: bigint } | undefined
}

/** Stake that the account has unstaked and not yet withdrawn. */
export type Lock = {
  id: bigint
  /** The amount without the slashed part. */
  amount: bigint
  /** First block in which the amount can be withdrawn. */
  withdrawBlock: bigint
  /** Before `withdrawBlock`, the amount can be slashed for work that this transcoder claimed before the amount was unstaked. */
  delegate: Address
}

export const isWithdrawable = ({ withdrawBlock }: Lock, { clock }: Pick<TimedRound, 'clock'>): boolean =>
  withdrawBlock <= clock.block

/** Whether the stake is the account's own stake as a transcoder. Own stake cannot move. */
export const isOwnStake = ({ account, delegate }: Pick<Position, 'account' | 'delegate'>): boolean =>
  delegate !== undefined && isAddressEqual(delegate, account)

/** Whether the account has something that it can lose or withdraw: stake, stake that is unstaking, or fees. */
export const hasStake = ({ delegate, locks, feesWei }: Pick<Position, 'delegate' | 'locks' | 'feesWei'>): boolean =>
  delegate !== undefined || locks.length > 0 || feesWei > 0n
