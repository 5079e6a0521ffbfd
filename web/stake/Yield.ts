import { Round } from '@lp/contracts/protocol'
import { type History, historyRounds, rewardCalls } from './History'
import type { Staking } from './Staking'
import { activeStakeOf, type Transcoder } from './Transcoder'

/** The numbers on which the rewards of a delegator depend. Parts are 0 to 1. */
export type Assumptions = {
  /** The LPT that is minted in a round, as a part of all LPT. */
  inflation: number
  /** The part of all LPT that is staked with active transcoders. These stakes share the minted LPT. More than 0. */
  participation: number
  /** The part of each reward that the transcoder keeps. */
  rewardCut: number
  /** The part of the rounds in which the transcoder calls `reward`. */
  calls: number
  roundsPerYear: number
}

/** What a stake gains, as a part of the stake. `supply`: the gain of all LPT in a year, as a part of all LPT. */
export type Yield = { perRound: number; perYear: number; supply: number }

/**
 * What a stake gains from rewards, if the assumptions stay true for a year. Rewards are added to the stake, so they earn too. Fees and slashes
 * are not included.
 */
export function yieldOf({ inflation, participation, rewardCut, calls, roundsPerYear }: Assumptions): Yield {
  const perRound = (inflation / participation) * (1 - rewardCut) * calls
  return { perRound, perYear: compound(perRound, roundsPerYear), supply: compound(inflation, roundsPerYear) }
}

/** The gain after `times` gains of `part`. This form is exact for a small `part`. */
const compound = (part: number, times: number): number => Math.expm1(times * Math.log1p(part))

const yearMs = 31_557_600_000

/**
 * The assumptions that the chain gives now. `participation` is 0 if no transcoder is active. If no reward was due in the last rounds, `calls`
 * is 1.
 */
export function assumptionsOf(
  transcoder: Transcoder,
  { staking, history }: { staking: Staking; history: History | undefined },
): Assumptions {
  const { issuance, round, transcoders } = staking
  const { called, due } = history ? rewardCalls(history) : { called: 0, due: 0 }
  return {
    inflation: Number(issuance.inflation) / 1e9,
    participation:
      issuance.supply > 0n ? Number((activeStakeOf(transcoders) * 1_000_000_000n) / issuance.supply) / 1e9 : 0,
    rewardCut: Number(transcoder.blockRewardCut) / 1e6,
    calls: due === 0 ? 1 : Math.round((historyRounds * called) / due) / historyRounds,
    roundsPerYear: yearMs / (Number(Round.lengthOf(round)) * round.clock.blockTimeMs),
  }
}
