import { formatEther } from 'viem'
import { TranscodingOptions } from '../../contracts/protocol'
import { type Preset, presets } from '../../contracts/script/presets'

const million = 1_000_000
/** Seconds between two blocks of the network for which the preset `mainnet` is meant. */
const secondsPerBlock = 12
/** Units of work in a second of the typical job: a ladder from a 720p camera. */
export const typicalUnitsPerSecond = unitsPerSecond({
  width: 1280,
  height: 720,
  fps: 30,
  renditions: TranscodingOptions.ladder({ width: 1280, height: 720 }),
})
/**
 * Units of work in a second of a job with the largest ladder that the protocol allows. The real work of such a job can be small: if the
 * source is a small picture, all renditions are small too, because the transcoder never upscales.
 */
export const mostUnitsPerSecond = unitsPerSecond({
  width: 4096,
  height: 4096,
  fps: 60,
  renditions: [4096, 4094, 4092, 4090].map((height) => ({ height, bitrate: 20_000_000 })),
})

/**
 * The protocol's parameters as plain numbers, because the model computes expected values and does not need exact integers. Shares are
 * fractions from 0 to 1. The other units are LPT, rounds and seconds.
 */
export type Network = {
  activeStake: number
  /** LPT minted for all active stake in one round. */
  mintedPerRound: number
  /** The bonded part of all LPT. */
  participation: number
  seats: number
  roundSeconds: number
  maxJobRounds: number
  candidateCount: number
  claimIntervalSeconds: number
  /** Chance that a segment is verified. */
  verificationRate: number
  failedVerificationSlash: number
  missedVerificationSlash: number
  /** The slashed part of the stake if a transcoder signed two receipts for one input. */
  equivocationSlash: number
  /** The largest part of a transcoder's stake that all slashes of a round together can take. */
  maxRoundSlash: number
  failureThreshold: number
  /** Number of latest verdicts to which the threshold applies. */
  failureWindow: number
  finderFee: number
  minSelfStake: number
  unbondingRounds: number
  /** The part of the expected work that a transcoder must do: 1 minus the CompetitivenessTolerance. */
  requiredPart: number
  /** Length of a span. The contract judges a transcoder by its work in the present span and in the previous span. */
  spanRounds: number
  /**
   * In units of work. If the expected work of a transcoder in the present and the previous span is below this number, it does not have to
   * work.
   */
  minExpectedWork: number
}

/** The network of a preset. The bonded part of all LPT is the target of the preset, and all bonded LPT is active stake. */
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
