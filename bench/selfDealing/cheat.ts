import { ethOfWei, type World } from './Market'
import type { Network } from './Network'

/** A claim of false segments: the transcoder never transcoded them. `ethPerSegment` is the gain from such a segment: its fee, or the saved cost. */
export type Cheat = { stake: number; ethPerSegment: number; segments: number }

/** Expected gain of a claim of false segments, in ETH. If the lottery draws a false segment, the transcoder loses all fees of the claim and is slashed once. */
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
 * The least stake, in LPT, with which no claim of false segments is profitable. If a claim of one false segment is not profitable, a claim
 * of several false segments is not profitable either.
 */
export function leastHonestStake(world: World, ethPerSegment: number): number {
  const rate = world.network.verificationRate
  return (ethPerSegment * (1 - rate)) / (rate * slashOf(world) * world.market.tokenPrice)
}

/** The fee of a segment, in ETH. */
export const feeOfSegment = (world: World, unitsPerSecond: number, seconds: number): number =>
  ethOfWei(world.market.pricePerUnit * unitsPerSecond * seconds)

/**
 * The part of the verdicts that can be failures without a slash: the number of failures that `failureThreshold` allows in the latest
 * `failureWindow` verdicts, divided by `failureWindow`. 0 if a single failure exceeds the threshold.
 */
export function forgivenPart(network: Network): number {
  return Math.floor(network.failureThreshold * network.failureWindow) / network.failureWindow
}

/**
 * If each claim of a transcoder has more segments than this number, false segments lose more fees than they save costs, even if the
 * contract forgives each failure. Reason: if the lottery draws a false segment, all fees of its claim are lost. On average, the lottery
 * draws one of `1 / verificationRate` false segments.
 *
 * - `saving`: the cost that a false segment saves, as a part of its fee.
 */
export const breakEvenSegments = (network: Network, saving: number): number => saving / network.verificationRate
