import { parseEther } from 'viem'

/** Parameters of a network. Every contract bounds them and checks them against each other when it is deployed. */
export type Preset = {
  /** Units of 10^-18 LPT, to the deployer. */
  initialAllocation: bigint
  /** Blocks. */
  roundLength: bigint
  /** Parts per million of a round, at its end. */
  roundLockAmount: bigint
  /** Seats for transcoders: the paper's N. */
  poolSize: bigint
  /** Rounds. */
  unbondingPeriod: bigint
  /** Parts per million of the stake. */
  missedRewardSlashAmount: bigint
  /** Rewards in a row. */
  missedRewardRounds: bigint
  /** Parts per million of what is slashed. */
  finderFee: bigint
  /** Parts per million by which a transcoder may fall short of its share of the work and be rewarded still. */
  competitivenessTolerance: bigint
  /** Rounds: work of the last one to two times as many counts. */
  competitivenessWindow: bigint
  /** Units of work below which nothing is expected. */
  minExpectedWork: bigint
  /** Parts per billion of the token, per round: before the first round. */
  inflation: bigint
  /** Parts per billion that the inflation moves by in a round. */
  inflationChange: bigint
  minInflation: bigint
  maxInflation: bigint
  /** Parts per billion of the token that should be bonded. */
  participationRate: bigint
  /** Seconds of work whose price a job reserves. */
  claimIntervalSeconds: bigint
  /** Blocks after a job's end. */
  claimDeadlineBlocks: bigint
  /** Blocks. */
  maxJobBlocks: bigint
  /** Transcoders drawn per job. */
  candidateCount: bigint
  /** One segment in so many is verified. */
  verificationRate: bigint
  /** Blocks after a claim in which its challenged segments must be disclosed. */
  verificationPeriodBlocks: bigint
  /** Blocks after that in which verdicts count. */
  slashingPeriodBlocks: bigint
  /** Parts per million of a transcoder's stake. */
  failedVerificationSlashAmount: bigint
  missedVerificationSlashAmount: bigint
  /** Of a transcoder's stake for two receipts, of a job's unspent reserve for two segments. */
  equivocationSlashAmount: bigint
  /** Parts per million of the last `verificationWindow` verdicts that may fail unpunished. */
  verificationFailureThreshold: bigint
  verificationWindow: bigint
  /** Units of 10^-18 LPT that must be bonded to claim. */
  minClaimStake: bigint
  /** Units of 10^-18 LPT that the verifier must have bonded. */
  verifierBond: bigint
}

/**
 * The paper's table at 12 s a block: rounds of a day, a month to unbond, 6 hours to claim and to verify; jobs of up to a
 * week. Inflation starts at 0.04 % a round, and can double in 133. Work is expected from ten hours of a ladder of three up.
 */
const mainnet: Preset = {
  initialAllocation: parseEther('10000000'),
  roundLength: 7_200n,
  roundLockAmount: 100_000n,
  poolSize: 144n,
  unbondingPeriod: 30n,
  missedRewardSlashAmount: 30_000n,
  missedRewardRounds: 7n,
  finderFee: 50_000n,
  competitivenessTolerance: 900_000n,
  competitivenessWindow: 7n,
  minExpectedWork: 870_000_000_000n,
  inflation: 400_000n,
  inflationChange: 3_000n,
  minInflation: 0n,
  maxInflation: 2_000_000n,
  participationRate: 500_000_000n,
  claimIntervalSeconds: 3_600n,
  claimDeadlineBlocks: 1_800n,
  maxJobBlocks: 50_400n,
  candidateCount: 4n,
  verificationRate: 500n,
  verificationPeriodBlocks: 1_800n,
  slashingPeriodBlocks: 300n,
  failedVerificationSlashAmount: 50_000n,
  missedVerificationSlashAmount: 100_000n,
  equivocationSlashAmount: 200_000n,
  verificationFailureThreshold: 10_000n,
  verificationWindow: 200n,
  minClaimStake: parseEther('1000'),
  verifierBond: parseEther('10000'),
}

/** One second a block: a round is half a minute, and the money moves within a minute of the end. */
const local: Preset = {
  ...mainnet,
  roundLength: 30n,
  unbondingPeriod: 5n,
  missedRewardRounds: 3n,
  competitivenessWindow: 4n,
  minExpectedWork: 24_000_000_000n,
  claimIntervalSeconds: 60n,
  claimDeadlineBlocks: 60n,
  maxJobBlocks: 86_400n,
  verificationRate: 5n,
  verificationPeriodBlocks: 40n,
  slashingPeriodBlocks: 20n,
  minClaimStake: parseEther('1'),
  verifierBond: parseEther('100'),
}

export const presets = { mainnet, local } as const

export type PresetName = keyof typeof presets
