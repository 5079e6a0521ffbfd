import { ethOfWei, type World } from './Market'
import type { Network } from './Network'

/** Claims segments that it never transcoded. `ethPerSegment` is the gain of such a segment: its fee, or the cost of real work. */
export type Cheat = { stake: number; ethPerSegment: number; segments: number }

/** Expected gain of a claim of false segments, in ETH. If one of them is drawn, the claim loses all fees and slashes once. */
export function cheating(world: World, { stake, ethPerSegment, segments }: Cheat): number {
  const unseen = (1 - world.network.verificationRate) ** segments
  return segments * ethPerSegment * unseen - (1 - unseen) * slashOf(world) * stake * world.market.tokenPrice
}

/** The slash if a false segment is drawn: the smaller of disclosing it and hiding it. A hidden one may be reported by an ally. */
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
 * The part of its segments that a transcoder can omit for ever without a slash: after each failure it stops until the failure has
 * left the window. 0 if a single failure exceeds the threshold.
 */
export function forgivenPart(network: Network): number {
  return Math.floor(network.failureThreshold * network.failureWindow) / network.failureWindow
}

/**
 * The number of segments in a claim above which even a forgiven failure costs more than it saves. A failed claim loses its fees, and
 * one false segment in `1 / verificationRate` is drawn.
 *
 * - `saving`: what omitting a segment saves, as a part of its fee.
 */
export const breakEvenSegments = (network: Network, saving: number): number => saving / network.verificationRate
