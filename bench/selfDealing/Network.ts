import { formatEther } from 'viem'
import { TranscodingOptions } from '../../contracts/protocol'
import { type Preset, presets } from '../../contracts/script/presets'

const million = 1_000_000
/** Seconds between two blocks of the network for which the preset `mainnet` is meant. */
const secondsPerBlock = 12
/** The units of work in one second of a typical job: the source has 1280 × 720 pixels and 30 fps, and the renditions are those of `ladder`. */
export const typicalUnitsPerSecond = unitsPerSecond({
  width: 1280,
  height: 720,
  fps: 30,
  renditions: TranscodingOptions.ladder({ width: 1280, height: 720 }),
})
/**
 * The units of work in one second of a job with the largest ladder that the protocol allows. Transcoding such a job can cost little: the
 * pictures of the source can be smaller than the job's options say, and then all renditions are small too, because the transcoder never
 * upscales.
 */
export const mostUnitsPerSecond = unitsPerSecond({
  width: 4096,
  height: 4096,
  fps: 60,
  renditions: [4096, 4094, 4092, 4090].map((height) => ({ height, bitrate: 20_000_000 })),
})

/**
 * The protocol's parameters as plain numbers, because the model computes expected values and does not need exact integers. Shares are
 * fractions from 0 to 1. The other values are counts, LPT, rounds, seconds and units of work.
 */
export type Network = {
  activeStake: number
  /** LPT minted for all active stake in one round. */
  mintedPerRound: number
  /** The bonded LPT divided by all LPT. */
  participation: number
  seats: number
  roundSeconds: number
  maxJobRounds: number
  candidateCount: number
  claimIntervalSeconds: number
  /** The chance that the lottery draws a segment for verification. */
  verificationRate: number
  failedVerificationSlash: number
  missedVerificationSlash: number
  /** The slashed part of the stake if a transcoder signed two receipts for one input. */
  equivocationSlash: number
  /** The largest part of a transcoder's stake that all slashes of a round together can take. */
  maxRoundSlash: number
  failureThreshold: number
  /** `failureThreshold` applies to this number of the latest verdicts about a transcoder. */
  failureWindow: number
  finderFee: number
  minSelfStake: number
  unbondingRounds: number
  /**
   * 1 minus the CompetitivenessTolerance. A transcoder that does less than this part of its expected work gets no rewards. Its _expected
   * work_ is the work of all transcoders × its part of the active stake.
   */
  requiredPart: number
  /** The length of a span, in rounds. The contract judges a transcoder by its work in the present span and in the previous span. */
  spanRounds: number
  /**
   * In units of work. If the expected work of a transcoder in the present and the previous span is below this number, the transcoder does
   * not have to work.
   */
  minExpectedWork: number
}

/** The network of a preset. The model assumes that the bonded part of all LPT is `participationRate`, and that all bonded LPT is active stake. */
export function networkOf(preset: Preset): Network {
  const supply = Number(formatEther(preset.initialAllocation))
  const participation = Number(preset.participationRate) / 1e9
  const roundSeconds = Number(preset.roundLength) * secondsPerBlock
  return {
    activeStake: supply * participation,
    mintedPerRound: (supply * Number(preset.inflation)) / 1e9,
    participation,
    seats: Number(preset.poolSize),
    roundSeconds,
    maxJobRounds: Number(preset.maxJobBlocks) / Number(preset.roundLength),
    candidateCount: Number(preset.candidateCount),
    claimIntervalSeconds: Number(preset.claimIntervalSeconds),
    verificationRate: 1 / Number(preset.verificationRate),
    failedVerificationSlash: Number(preset.failedVerificationSlashAmount) / million,
    missedVerificationSlash: Number(preset.missedVerificationSlashAmount) / million,
    equivocationSlash: Number(preset.equivocationSlashAmount) / million,
    maxRoundSlash: Number(preset.maxRoundSlashAmount) / million,
    failureThreshold: Number(preset.verificationFailureThreshold) / million,
    failureWindow: Number(preset.verificationWindow),
    finderFee: Number(preset.finderFee) / million,
    minSelfStake: Number(formatEther(preset.minSelfStake)),
    unbondingRounds: Number(preset.unbondingPeriod) / Number(preset.roundLength),
    requiredPart: 1 - Number(preset.competitivenessTolerance) / million,
    spanRounds: Number(preset.competitivenessWindow),
    minExpectedWork: Number(preset.minExpectedWork),
  }
}

export const mainnet = networkOf(presets.mainnet)

/** The mean stake of an active transcoder. */
export const averageSeat = (network: Network): number => network.activeStake / network.seats

function unitsPerSecond(options: TranscodingOptions.TranscodingOptions): number {
  TranscodingOptions.validate(options)
  return Number(TranscodingOptions.unitsPerSecond(options))
}
