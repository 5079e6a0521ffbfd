import type { Position } from './Position'
import type { TimedRound } from './TimedRound'
import type { Transcoder } from './Transcoder'

/** Everything that the page shows, as of one block. */
export type Staking = {
  round: TimedRound
  terms: Terms
  transcoders: readonly Transcoder[]
  /** Undefined without an account. */
  position: Position | undefined
}

/** The parameters of the network. Shares are parts per million. */
export type Terms = {
  /** Rounds. */
  unbondingPeriod: bigint
  /** The share of the stake that is slashed after `missedRewardRounds` missed rewards in a row. */
  missedRewardSlash: bigint
  missedRewardRounds: bigint
  /**
   * The shares of the stake that are slashed for a wrong segment, for a segment that is not shown, and for two
   * different results.
   */
  failedVerificationSlash: bigint
  missedVerificationSlash: bigint
  equivocationSlash: bigint
  /** How far a transcoder's work may be below the expected work without a loss of rewards. */
  competitivenessTolerance: bigint
  /** If the expected work is below this number of units, the transcoder is not judged by its work. */
  minExpectedWork: bigint
}
