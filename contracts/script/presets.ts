import { parseEther } from 'viem'

/** Parameters of a network. The constructors of the contracts check their bounds and their relations. */
export type Preset = {
  /** LPT for the deployer, in units of 10^-18. */
  initialAllocation: bigint
  /** Seconds from the scheduling of an operation of the owner to its execution, at least. */
  timelockDelay: bigint
  /** Blocks. */
  roundLength: bigint
  /** Length of the lock period at the end of a round, in parts per million of the round. */
  roundLockAmount: bigint
  /** The number of active transcoders: the paper's N. */
  poolSize: bigint
  /** Rounds. */
  unbondingPeriod: bigint
  /** Parts per million of the stake. */
  missedRewardSlashAmount: bigint
  /** Consecutive rounds without a call of `reward` after which a transcoder is slashed. */
  missedRewardRounds: bigint
  /** Parts per million of the slashed stake. */
  finderFee: bigint
  /** The part of its share of the work that a transcoder may miss without losing its reward, in parts per million. */
  competitivenessTolerance: bigint
  /** Rounds. The work of the last one to two windows counts. */
  competitivenessWindow: bigint
  /** Units of work. A transcoder with a smaller share needs no work for its reward. */
  minExpectedWork: bigint
  /** Inflation before the first round: parts per billion of the token, per round. */
  inflation: bigint
  /** Change of the inflation per round, in parts per billion. */
  inflationChange: bigint
  minInflation: bigint
  maxInflation: bigint
  /** Parts per billion of the token that should be bonded. */
  participationRate: bigint
  /** Seconds of work. A job reserves the price of this work. */
  claimIntervalSeconds: bigint
  /** Blocks after a job's end in which its work can be claimed. */
  claimDeadlineBlocks: bigint
  /** The maximum length of a job, in blocks. */
  maxJobBlocks: bigint
  /** Transcoders drawn per job. */
  candidateCount: bigint
  /** One segment in this many is verified, on average. */
  verificationRate: bigint
  /** Blocks after a claim in which its challenged segments must be disclosed. */
  verificationPeriodBlocks: bigint
  /** Blocks after the verification period in which verdicts count. */
  slashingPeriodBlocks: bigint
  /** Parts per million of a transcoder's stake. */
  failedVerificationSlashAmount: bigint
  missedVerificationSlashAmount: bigint
  /** Parts per million of a transcoder's stake for two receipts, and of a job's unspent reserve for two segments. */
  equivocationSlashAmount: bigint
  /** Parts per million of the last `verificationWindow` verdicts that may be failures without a slash. */
  verificationFailureThreshold: bigint
  verificationWindow: bigint
  /** Units of 10^-18 LPT that must be bonded to claim. */
  minClaimStake: bigint
  /** Units of 10^-18 LPT that the verifier must have bonded. */
  verifierBond: bigint
}

/**
 * The paper's table, for blocks of 12 s: rounds of a day, a month to unbond, 6 hours to claim, 6 hours to verify, and jobs of
 * up to a week. An operation of the owner waits for a week, which is the longest job. Inflation starts at 0.04 % per round, and
 * can double in 133 rounds. `minExpectedWork` is ten hours of a ladder of three renditions.
 */
const mainnet: Preset = {
  initialAllocation: parseEther('10000000'),
  timelockDelay: 604_800n,
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

/** For blocks of 1 s: a round lasts half a minute, and the fees are paid within a minute after the stream's end. */
const local: Preset = {
  ...mainnet,
  timelockDelay: 1n,
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
