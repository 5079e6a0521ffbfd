import { parseEther } from 'viem'

/** Parameters of a network. The constructors of the contracts check the bounds of all values, and whether the values fit together. */
export type Preset = {
  /** All LPT at the genesis, in units of 10^-18. The schedule of the genesis must give exactly this amount. */
  initialAllocation: bigint
  /** The shortest time between two blocks, in seconds. The governor computes from it how many blocks `timelockDelay` can last. */
  secondsPerBlock: bigint
  /** The number of blocks in which votes on a proposal can be cast. */
  votingPeriod: bigint
  /** The time, in seconds, from the queueing of a proposal that won a vote to its execution. */
  timelockDelay: bigint
  /** The own bonded stake that an account needs to propose, in parts per million of all LPT. */
  proposalThreshold: bigint
  /** The stake that must vote for a proposal or abstain, in parts per million of all LPT. */
  quorum: bigint
  /** Number of blocks in a round. */
  roundLength: bigint
  /** Length of the lock period, in parts per million of the round. The lock period ends with the round. */
  roundLockAmount: bigint
  /** The number of seats for transcoders: the paper's N. */
  poolSize: bigint
  /** Number of blocks from the unbonding of stake until the stake can be withdrawn. */
  unbondingPeriod: bigint
  /** The part of the stake that a slash for missed rewards takes, in parts per million. */
  missedRewardSlashAmount: bigint
  /** Number of consecutive rounds without a call of `reward` after which a transcoder can be slashed. */
  missedRewardRounds: bigint
  /**
   * The finder of an offence gets this part, in parts per million, of the own stake that the transcoder loses, or of the broadcaster's
   * fine.
   */
  finderFee: bigint
  /** Part of its expected work that a transcoder can leave undone without losing its reward, in parts per million. */
  competitivenessTolerance: bigint
  /**
   * Number of rounds in a span. For a transcoder's reward, its work in the present span and in the previous span counts.
   */
  competitivenessWindow: bigint
  /** In units of work. If the expected work of a transcoder is less than this, the transcoder gets its reward even without work. */
  minExpectedWork: bigint
  /** The part of the stake that a slash for too little work takes, in parts per million. Zero: only the reward is withheld. */
  lowWorkSlashAmount: bigint
  /** The largest part of a transcoder's stake that all slashes of a round together can take, in parts per million. */
  maxRoundSlashAmount: bigint
  /**
   * The start value of the inflation per round, in parts per billion of all LPT. The first round already adds or subtracts
   * `inflationChange`.
   */
  inflation: bigint
  /** In parts per billion. Each round adds this number to the inflation or subtracts it. The next two values limit the inflation. */
  inflationChange: bigint
  minInflation: bigint
  maxInflation: bigint
  /** The target for the part of all LPT that is bonded, in parts per billion. */
  participationRate: bigint
  /** Seconds of work. For each candidate, a job reserves the price of this work, and the fine for this work. */
  claimIntervalSeconds: bigint
  /** After the end of a job, its work can be claimed for this number of blocks. */
  claimDeadlineBlocks: bigint
  /** The maximum length of a job, in blocks. */
  maxJobBlocks: bigint
  /** Number of transcoders that are drawn for a job. */
  candidateCount: bigint
  /** A segment is challenged with probability 1 / `verificationRate`. */
  verificationRate: bigint
  /** After a claim, the transcoder must disclose the challenged segments within this number of blocks. */
  verificationPeriodBlocks: bigint
  /** Length of the slashing period, in blocks. It follows the verification period. The contract still accepts verdicts in this period. */
  slashingPeriodBlocks: bigint
  /**
   * For a failed verification, and for a missed verification: the part of a transcoder's stake that the slash takes, in parts per million.
   */
  failedVerificationSlashAmount: bigint
  missedVerificationSlashAmount: bigint
  /**
   * In parts per million: the part of the transcoder's stake that two contradicting receipts cost, and the part of the
   * job's unspent reserve that two contradicting segments cost the broadcaster.
   */
  equivocationSlashAmount: bigint
  /** Percent of a claim's fees: the fine that the broadcaster pays if a segment of the claim breaks the limits of its job. */
  inputFinePercent: bigint
  /** A failure is forgiven if at most this part (ppm) of the transcoder's last `verificationWindow` verdicts are failures. */
  verificationFailureThreshold: bigint
  verificationWindow: bigint
  /** The least own stake with which a transcoder can have a seat or send a claim, in units of 10^-18 LPT. */
  minSelfStake: bigint
  /** Stake that the verifier must have bonded to itself, in units of 10^-18 LPT. */
  verifierBond: bigint
  /** Seconds from the announcement of a withdrawal until the Chequebook allows it. Payees have this time to cash their cheques. */
  withdrawalDelay: bigint
}

/**
 * The values for blocks of 12 s. If the paper's table has a parameter, its value is from this table. A round lasts a day, and unbonding
 * lasts 30 rounds. Work can be claimed for 6 hours after the end of a job, and verified for 6 hours after a claim. A job lasts at most a
 * week. A proposal that won a vote waits for a week, too. So every job that was posted before the end of the vote has ended before the
 * proposal is executed. A vote lasts five days. Inflation starts at 0.04 % per round, and can double in 134 rounds. `minExpectedWork` is the work of ten hours
 * of a ladder with three renditions.
 */
const mainnet: Preset = {
  initialAllocation: parseEther('10000000'),
  secondsPerBlock: 12n,
  votingPeriod: 36_000n,
  timelockDelay: 604_800n,
  proposalThreshold: 1_000n,
  quorum: 200_000n,
  roundLength: 7_200n,
  roundLockAmount: 100_000n,
  poolSize: 144n,
  unbondingPeriod: 216_000n,
  missedRewardSlashAmount: 30_000n,
  missedRewardRounds: 7n,
  finderFee: 50_000n,
  competitivenessTolerance: 900_000n,
  competitivenessWindow: 7n,
  minExpectedWork: 870_000_000_000n,
  lowWorkSlashAmount: 10_000n,
  maxRoundSlashAmount: 300_000n,
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
  inputFinePercent: 10n,
  verificationFailureThreshold: 10_000n,
  verificationWindow: 200n,
  minSelfStake: parseEther('1000'),
  verifierBond: parseEther('10000'),
  withdrawalDelay: 86_400n,
}

/**
 * The values of the local chain, for blocks of 1 s. A round lasts 30 s. A vote lasts a minute, and needs 10,000 LPT. Fees can be paid within a minute after the end of the
 * stream.
 */
const local: Preset = {
  ...mainnet,
  secondsPerBlock: 1n,
  votingPeriod: 60n,
  timelockDelay: 1n,
  proposalThreshold: 10n,
  quorum: 1_000n,
  roundLength: 30n,
  unbondingPeriod: 150n,
  missedRewardRounds: 3n,
  competitivenessWindow: 4n,
  minExpectedWork: 24_000_000_000n,
  lowWorkSlashAmount: 0n,
  claimIntervalSeconds: 60n,
  claimDeadlineBlocks: 60n,
  maxJobBlocks: 86_400n,
  verificationRate: 5n,
  verificationPeriodBlocks: 40n,
  slashingPeriodBlocks: 20n,
  minSelfStake: parseEther('1'),
  verifierBond: parseEther('100'),
  withdrawalDelay: 20n,
}

export const presets = { mainnet, local } as const

export type PresetName = keyof typeof presets
