import type { Unit } from './Unit'

/** The contracts that have parameters, by their names in `contractsOn`. */
export type ContractName = 'bondingManager' | 'roundsManager' | 'claimsManager' | 'jobsManager' | 'minter' | 'governor'

/** All parameters of one contract, by their names in the contract. */
export type Values = Readonly<Record<string, bigint>>

export type Parameter = {
  contract: ContractName
  /** The name in the contract. */
  name: string
  /** The paper's name. */
  title: string
  unit: Unit
  /** The bounds that never change. */
  min: bigint
  max: bigint
  meaning: string
  /** A bound that depends on other values. */
  also?: string
}

export const contractTitles: Readonly<Record<ContractName, string>> = {
  bondingManager: 'Stake',
  roundsManager: 'Rounds',
  claimsManager: 'Claims and verification',
  jobsManager: 'Jobs',
  minter: 'New LPT',
  governor: 'Votes',
}

type Row = readonly [title: string, name: string, unit: Unit, min: bigint, max: bigint, meaning: string, also?: string]

const percents = { half: 500_000n, all: 1_000_000n }
const mostBlocks = 10_000_000n
const largest = (bits: bigint): bigint => 2n ** bits - 1n
const mostInflation = 10_000_000n

/** In the order of the contracts. The contracts check the same bounds; `Parameter.test.ts` compares them. */
const rows: Readonly<Record<ContractName, readonly Row[]>> = {
  bondingManager: [
    ['N', 'poolSize', 'number', 1n, 250n, 'The number of seats for transcoders.'],
    [
      ...(['UnbondingPeriod', 'unbondingPeriod', 'blocks', 20n, mostBlocks] as const),
      'The time from unstaking until the stake can be withdrawn.',
      'Not shorter than the time until the last verdict on a job, and longer than a vote with its delay.',
    ],
    [
      ...(['MissedRewardSlashAmount', 'missedRewardSlashAmount', 'ppm', 0n, percents.half] as const),
      'The share of the stake that is slashed for missed rewards.',
    ],
    [
      ...(['MissedRewardRounds', 'missedRewardRounds', 'rounds', 1n, 1_000n] as const),
      'The number of rewards in a row that a transcoder must miss before it is slashed.',
    ],
    [
      ...(['FinderFee', 'finderFee', 'ppm', 0n, percents.half] as const),
      'The share of the transcoder’s own loss that the finder of an offence gets.',
    ],
    [
      ...(['CompetitivenessTolerance', 'competitivenessTolerance', 'ppm', 0n, percents.all] as const),
      'How far the work of a transcoder may be below the expected work.',
    ],
    [
      ...(['CompetitivenessWindow', 'competitivenessWindow', 'rounds', 1n, 1_000n] as const),
      'The time over which work is measured.',
    ],
    [
      ...(['MinExpectedWork', 'minExpectedWork', 'work', 0n, largest(64n)] as const),
      'A transcoder with less expected work than this is not judged by its work.',
    ],
    [
      ...(['MaxRoundSlashAmount', 'maxRoundSlashAmount', 'ppm', 1n, 999_999n] as const),
      'The largest share of a stake that all slashes of one round together take.',
    ],
    [
      ...(['MinSelfStake', 'minSelfStake', 'lpt', 1n, largest(96n)] as const),
      'The own stake that a transcoder needs for a seat.',
    ],
    [
      ...(['LowWorkSlashAmount', 'lowWorkSlashAmount', 'ppm', 0n, percents.half] as const),
      'The share of the stake that is slashed for too little work.',
    ],
  ],
  roundsManager: [
    ['RoundLength', 'roundLength', 'blocks', 10n, 1_000_000n, 'The length of a round.'],
    [
      ...(['RoundLockAmount', 'roundLockAmount', 'ppm', 0n, percents.half] as const),
      'The share of a round, at its end, in which transcoders cannot change their rates.',
    ],
  ],
  claimsManager: [
    ['VerificationRate', 'verificationRate', 'oneIn', 1n, 1_000_000n, 'How many segments are verified.'],
    [
      ...(['VerificationPeriod', 'verificationPeriodBlocks', 'blocks', 10n, largest(16n)] as const),
      'The time in which a transcoder must disclose the challenged segments.',
      'Not longer than the source of randomness remembers the hash of a block.',
    ],
    [
      ...(['SlashingPeriod', 'slashingPeriodBlocks', 'blocks', 5n, largest(24n)] as const),
      'The time after the verification period in which verdicts can be reported.',
      'The last verdict on a job must come before unbonding stake can leave. At least the time that the verifier needs.',
    ],
    [
      ...(['FailedVerificationSlashAmount', 'failedVerificationSlashAmount', 'ppm', 0n, percents.half] as const),
      'The share of the stake that is slashed for a wrong segment.',
    ],
    [
      ...(['MissedVerificationSlashAmount', 'missedVerificationSlashAmount', 'ppm', 0n, percents.half] as const),
      'The share of the stake that is slashed for a segment that the transcoder does not disclose.',
    ],
    [
      ...(['EquivocationSlashAmount', 'equivocationSlashAmount', 'ppm', 0n, percents.half] as const),
      'The share of the stake that is slashed for two different receipts for one segment.',
    ],
    [
      ...(['VerificationFailureThreshold', 'verificationFailureThreshold', 'ppm', 0n, 100_000n] as const),
      'The share of failed verdicts up to which a segment that cannot be checked leads to no slash. A wrong segment is always slashed.',
    ],
    [
      ...(['VerificationWindow', 'verificationWindow', 'number', 1n, 240n] as const),
      'The number of last verdicts for which VerificationFailureThreshold counts.',
      'Long enough that the threshold forgives at least one failure.',
    ],
    ['MinClaimStake', 'minSelfStake', 'lpt', 0n, largest(88n), 'The own stake that a transcoder needs for a claim.'],
  ],
  jobsManager: [
    [
      ...(['ClaimInterval', 'claimIntervalSeconds', 'seconds', 10n, 604_800n] as const),
      'For each candidate, a job reserves the price of this time of work.',
    ],
    [
      ...(['ClaimDeadline', 'claimDeadlineBlocks', 'blocks', 10n, largest(16n)] as const),
      'The time after the end of a job in which its work can be claimed.',
      'Not longer than UnbondingPeriod, or than the source of randomness remembers the hash of a block.',
    ],
    ['MaxJobLength', 'maxJobBlocks', 'blocks', 10n, mostBlocks, 'The longest time of a job.'],
    ['CandidateCount', 'candidateCount', 'number', 1n, 5n, 'The number of transcoders that are drawn for a job.'],
    [
      ...(['BroadcasterSlashAmount', 'equivocationSlashAmount', 'ppm', 0n, percents.all] as const),
      'The share of its reserve that a broadcaster loses for two different segments with the same number.',
    ],
    [
      ...(['InputFine', 'inputFinePercent', 'percent', 0n, 100n] as const),
      'The fine for a broken segment of a broadcaster, as a share of the fees of the claim.',
    ],
  ],
  minter: [
    [
      ...(['InflationChange', 'inflationChange', 'ppb', 0n, mostInflation] as const),
      'By how much the inflation of a round changes from round to round.',
      'At most MaxInflation.',
    ],
    [
      'MinInflation',
      'minInflation',
      'ppb',
      0n,
      mostInflation,
      'The least new LPT of a round.',
      'At most MaxInflation.',
    ],
    ['MaxInflation', 'maxInflation', 'ppb', 0n, mostInflation, 'The most new LPT of a round, as a share of all LPT.'],
    [
      ...(['ParticipationRate', 'participationRate', 'ppb', 0n, 1_000_000_000n] as const),
      'The share of all LPT that should be staked. Below it, inflation rises; above it, inflation falls.',
    ],
  ],
  governor: [
    [
      ...(['VotingPeriod', 'votingPeriod', 'blocks', 20n, 1_000_000n] as const),
      'The time in which votes on a proposal can be cast.',
      'VotingPeriod and TimelockDelay together are shorter than UnbondingPeriod.',
    ],
    [
      ...(['TimelockDelay', 'timelockDelay', 'seconds', 1n, 2_592_000n] as const),
      'The time from queueing an accepted proposal to its execution.',
      'VotingPeriod and TimelockDelay together are shorter than UnbondingPeriod.',
    ],
    [
      ...(['ProposalThreshold', 'proposalThreshold', 'ppm', 1n, 10_000n] as const),
      'The own stake that an account needs to propose, as a share of all LPT.',
    ],
    [
      ...(['Quorum', 'quorum', 'ppm', 1_000n, 400_000n] as const),
      'The stake that must vote for a proposal or abstain, as a share of all LPT.',
    ],
  ],
}

export const contractNames = Object.keys(rows) as readonly ContractName[]

/** All parameters that a vote can change. */
export const parameters: readonly Parameter[] = contractNames.flatMap((contract) =>
  rows[contract].map(([title, name, unit, min, max, meaning, also]) => ({
    ...{ contract, name, title, unit, min, max, meaning },
    ...(also && { also }),
  })),
)

export const parametersOf = (contract: ContractName): readonly Parameter[] =>
  parameters.filter((parameter) => parameter.contract === contract)
