import { ethOfWei, type World } from './Market'
import type { Network } from './Network'

/**
 * A claim of `segments` false segments. A segment is _false_ if the transcoder claims it but has not transcoded it. `ethPerSegment` is the gain
 * from each false segment if the claim is paid. For a transcoder that does no work without the cheat, it is the fee of the segment. For a
 * transcoder that would transcode the segment without the cheat, it is the cost that the transcoder saves.
 */
export type Cheat = { stake: number; ethPerSegment: number; segments: number }

/**
 * The expected gain of a claim of false segments, in ETH. If the lottery draws one or several of these segments, the transcoder loses all
 * fees of the claim and is slashed once. Withheld segments that the contract forgives (`forgivenPart`) are not in this model.
 */
export function cheating(world: World, { stake, ethPerSegment, segments }: Cheat): number {
  const unseen = (1 - world.network.verificationRate) ** segments
  return segments * ethPerSegment * unseen - (1 - unseen) * slashOf(world) * stake * world.market.tokenPrice
}

/**
 * The slashed part of the stake if the lottery draws a false segment. The transcoder can disclose the segment or hide it, and chooses the
 * smaller loss. If it hides the segment, an ally of the transcoder can report it and receive the finder's fee.
 */
export const slashOf = ({ network }: World): number =>
  Math.min(network.failedVerificationSlash, network.missedVerificationSlash * (1 - network.finderFee))

/**
 * The least stake, in LPT, with which no claim of false segments is profitable, if each failure is slashed. If a claim of one false segment
 * is not profitable, a claim of several false segments is not profitable either.
 */
export function leastHonestStake(world: World, ethPerSegment: number): number {
  const rate = world.network.verificationRate
  return (ethPerSegment * (1 - rate)) / (rate * slashOf(world) * world.market.tokenPrice)
}

/** The fee of a segment, in ETH. */
export const feeOfSegment = (world: World, unitsPerSecond: number, seconds: number): number =>
  ethOfWei(world.market.pricePerUnit * unitsPerSecond * seconds)

/**
 * The largest part of the latest `failureWindow` verdicts that can be failures, so that a withheld segment leads to no slash. It is 0 if a single failure exceeds
 * `failureThreshold`.
 */
export function forgivenPart(network: Network): number {
  return Math.floor(network.failureThreshold * network.failureWindow) / network.failureWindow
}

/**
 * If each claim of a transcoder has more segments than this number, false segments make a loss, even if the contract never slashes the
 * transcoder. Reason: on average, the lottery draws one of `1 / verificationRate` false segments, and the transcoder loses all fees of the claim
 * that contains this segment. If a claim has many segments, these fees are higher than the costs that `1 / verificationRate` false segments save.
 *
 * - `saving`: the cost that a false segment saves, divided by the fee of a segment.
 */
export const breakEvenSegments = (network: Network, saving: number): number => saving / network.verificationRate
