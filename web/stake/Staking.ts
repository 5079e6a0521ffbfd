import type { Position } from './Position'
import type { Round } from './Round'
import type { Transcoder } from './Transcoder'

/** All that the page shows, as of one block. */
export type Staking = {
  round: Round
  terms: Terms
  transcoders: readonly Transcoder[]
  /** Undefined without an account. */
  position: Position | undefined
}

/** What the network has agreed on. Shares are parts per million. */
export type Terms = {
  /** Rounds. */
  unbondingPeriod: bigint
  /** Of the stake, when rewards were not called, and how many in a row that takes. */
  missedRewardSlash: bigint
  missedRewardRounds: bigint
  /** Of the stake, for a segment that is wrong, one that is not shown, and two results that contradict each other. */
  failedVerificationSlash: bigint
  missedVerificationSlash: bigint
  equivocationSlash: bigint
  /** By how much a transcoder may fall short of the work that is expected of it and have its rewards still. */
  competitivenessTolerance: bigint
  /** Units of work below which nothing is expected. */
  minExpectedWork: bigint
}
