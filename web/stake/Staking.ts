import type { Position } from './Position'
import type { TimedRound } from './TimedRound'
import type { Transcoder } from './Transcoder'

/** The numbers that the page shows, read at one block. The recent work of a transcoder is read separately. */
export type Staking = {
  round: TimedRound
  terms: Terms
  issuance: Issuance
  /**
   * All transcoders with a seat, the first transcoders of the waitlist, the guest of the round, the transcoder of the account, and the
   * transcoder whose page is shown.
   */
  transcoders: readonly Transcoder[]
  /** Whether the waitlist has more transcoders. */
  hasMoreWaiting: boolean
  /** The transcoders that belong to the list, but cannot be read now. */
  unreadable: Unreadable
  /** Undefined if no account is connected, or if the position cannot be read now. */
  position: Position | undefined
  isPositionUnreadable: boolean
}

/**
 * `isWaitlistCut`: whether the waitlist, or the end of the part of the waitlist that the page shows, cannot be read. `others`: the number of
 * further transcoders that cannot be read.
 */
export type Unreadable = { isWaitlistCut: boolean; others: number }

/** `inflation`: the LPT that can be minted in the present round, in parts per billion of all LPT. `supply`: all LPT, in units of 10^-18. */
export type Issuance = { inflation: bigint; supply: bigint }

/** The parameters of the network. Shares are parts per million. */
export type Terms = {
  /** The time between unstaking and withdrawing, in blocks. */
  unbondingPeriod: bigint
  /** The share of the stake that is slashed after `missedRewardRounds` missed rewards in a row. */
  missedRewardSlash: bigint
  missedRewardRounds: bigint
  /** The share of the stake that is slashed for too little work. 0: too little work costs only the reward. */
  lowWorkSlash: bigint
  /** All slashes of one round together take at most this share of a transcoder's stake. */
  maxRoundSlash: bigint
  /**
   * Own stake that a transcoder needs, in units of 10^-18 LPT. If the own stake of a transcoder falls below this amount, the account stops
   * being a transcoder.
   */
  minSelfStake: bigint
  /** The number of seats for transcoders. */
  poolSize: bigint
  /**
   * The shares of the stake that are slashed: for a wrong segment, for a segment that the transcoder does not disclose, and for two
   * different signed results for one segment.
   */
  failedVerificationSlash: bigint
  missedVerificationSlash: bigint
  equivocationSlash: bigint
  /** A transcoder keeps its rewards if its work is below the expected work by at most this share. */
  competitivenessTolerance: bigint
  /** If the expected work is below this number of units, the transcoder is not judged by its work. */
  minExpectedWork: bigint
}
