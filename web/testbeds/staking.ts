import { parseEther, toHex } from 'viem'
import type { Position } from '../stake/Position'
import * as Slashing from '../stake/Slashing'
import type { Staking } from '../stake/Staking'
import type { Transcoder } from '../stake/Transcoder'

/** A transcoder without faults. `id` is the number of its address. */
export const transcoderOf = (id: number, values: Partial<Transcoder> = {}): Transcoder => ({
  ...{ address: toHex(id, { size: 20 }), relay: undefined, stake: parseEther('100'), pricePerUnit: 100n },
  ...{
    blockRewardCut: 100_000n,
    feeShare: 250_000n,
    isAvailable: true,
    standing: 'active',
    hasRewarded: undefined,
    missedRewards: 0,
  },
  checks: { verdicts: 0, failures: 0, invalid: 0, unavailable: 0 },
  ...{ work: { done: 0n, expected: 0n }, slashed: Slashing.none, ...values },
})

/** The position of an account that has never staked. */
export const positionOf = (values: Partial<Position> = {}): Position => ({
  ...{ account: toHex(9, { size: 20 }), delegate: undefined, stake: 0n, feesWei: 0n, balance: parseEther('1000') },
  ...{ locks: [], exposed: undefined, ...values },
})

/** A network in the middle of round 3, and no transcoders. */
export const stakingOf = (values: Partial<Staking> = {}): Staking => ({
  round: {
    ...{ number: 3n, initialized: true, locked: false, startBlock: 9_990n, lockBlock: 10_017n, endBlock: 10_020n },
    ...{ initializedRounds: 3n, clock: { block: 10_000n, timeMs: 0, blockTimeMs: 1_000 } },
  },
  terms: {
    ...{ unbondingPeriod: 150n, missedRewardSlash: 30_000n, missedRewardRounds: 3n, failedVerificationSlash: 50_000n },
    ...{ missedVerificationSlash: 100_000n, equivocationSlash: 200_000n, competitivenessTolerance: 900_000n },
    ...{ minExpectedWork: 1_000n, maxRoundSlash: 300_000n, minSelfStake: parseEther('1'), lowWorkSlash: 0n },
    poolSize: 144n,
  },
  issuance: { inflation: 400_000n, supply: parseEther('10000000') },
  ...{ transcoders: [], hasMoreWaiting: false, unreadable: { isWaitlistCut: false, others: 0 } },
  ...{ position: undefined, isPositionUnreadable: false, ...values },
})
