import { ethOfWei, type World } from './Market'
import type { Network } from './Network'

/** A claim of segments that the transcoder never transcoded. `ethPerSegment` is the gain from such a segment: its fee, or the cost of real work. */
export type Cheat = { stake: number; ethPerSegment: number; segments: number }

/** Expected gain of a claim of false segments, in ETH. If a false segment is drawn, the transcoder loses all fees of the claim and is slashed once. */
export function cheating(world: World, { stake, ethPerSegment, segments }: Cheat): number {
  const unseen = (1 - world.network.verificationRate) ** segments
  return segments * ethPerSegment * unseen - (1 - unseen) * slashOf(world) * stake * world.market.tokenPrice
}

/**
 * The slash if a false segment is drawn. The transcoder can disclose the segment or hide it: this is the smaller of the two slashes. An
 * ally of the transcoder can report a hidden segment.
 */
export const slashOf = ({ network }: World): number =>
  Math.min(network.failedVerificationSlash, network.missedVerificationSlash * (1 - network.finderFee))

/** The least stake, in LPT, with which no claim of false segments pays. If one segment does not pay, more do not pay either. */
export function leastHonestStake(world: World, ethPerSegment: number): number {
  const rate = world.network.verificationRate
  return (ethPerSegment * (1 - rate)) / (rate * slashOf(world) * world.market.tokenPrice)
}

/** The fee of a segment, in ETH. */
export const feeOfSegment = (world: World, unitsPerSecond: number, seconds: number): number =>
  ethOfWei(world.market.pricePerUnit * unitsPerSecond * seconds)

/**
 * The part of its segments that a transcoder can omit for ever without a slash. After each failure, the transcoder omits no segment
 * until the failure has left the window. 0 if a single failure exceeds the threshold.
 */
export function forgivenPart(network: Network): number {
  return Math.floor(network.failureThreshold * network.failureWindow) / network.failureWindow
}

/**
 * If a claim has more segments than this number, even a forgiven failure costs more than the omitted segments save. A failed claim
 * loses its fees, and one false segment in `1 / verificationRate` is drawn.
 *
 * - `saving`: the saved cost of an omitted segment, as a part of its fee.
 */
export const breakEvenSegments = (network: Network, saving: number): number => saving / network.verificationRate
