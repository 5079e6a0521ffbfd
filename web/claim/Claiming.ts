import type { Address } from 'viem'
import type { Clock } from '../chain/Clock'

/** The numbers of the page at one block. Amounts are in units of 10^-18 LPT, rates are parts per million, times are Unix times in seconds. */
export type Claiming = {
  clock: Clock
  /** The time of the block. */
  timeSeconds: bigint
  closingTime: bigint
  /** The LPT that no account has claimed. */
  unclaimed: bigint
  /** Whether the allocation was paid. Undefined without an allocation. */
  isClaimed: boolean | undefined
  isRoundInitialized: boolean
  /** In blocks. */
  unbondingPeriod: bigint
  maxRoundSlash: bigint
  /** The transcoders with a seat, the largest stake first. */
  transcoders: readonly Transcoder[]
  /** The stake and the LPT of the wallet's account. */
  position: Position | undefined
}

export type Transcoder = { address: Address; stake: bigint; blockRewardCut: bigint; feeShare: bigint }

/** `delegate`: the transcoder to which the account has bonded already. New stake can only go to the same transcoder. */
export type Position = { account: Address; delegate: Address | undefined; balance: bigint }

/** From the closing time on, no allocation can be claimed. */
export const isClosed = ({ timeSeconds, closingTime }: Pick<Claiming, 'timeSeconds' | 'closingTime'>): boolean =>
  timeSeconds >= closingTime
