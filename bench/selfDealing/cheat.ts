import { ethOfWei, type World } from './Market'
import type { Network } from './Network'

/** Claims segments that it never transcoded. `ethPerSegment` is what one such brings: the fee, or what doing it costs. */
export type Cheat = { stake: number; ethPerSegment: number; segments: number }

/** ETH that a claim of false segments is expected to bring. One that is drawn costs all its fees, and slashes once. */
export function cheating(world: World, { stake, ethPerSegment, segments }: Cheat): number {
  const unseen = (1 - world.network.verificationRate) ** segments
  return segments * ethPerSegment * unseen - (1 - unseen) * slashOf(world) * stake * world.market.tokenPrice
}

/** What being drawn costs: the lesser of disclosing a false segment and hiding it, whose finder may be a friend. */
export const slashOf = ({ network }: World): number =>
  Math.min(network.failedVerificationSlash, network.missedVerificationSlash * (1 - network.finderFee))

/** LPT from which on no claim of false segments pays. Where one does not, no number does. */
export function leastHonestStake(world: World, ethPerSegment: number): number {
  const rate = world.network.verificationRate
  return (ethPerSegment * (1 - rate)) / (rate * slashOf(world) * world.market.tokenPrice)
}

/** ETH a segment of so many units a second brings. */
export const feeOfSegment = (world: World, unitsPerSecond: number, seconds: number): number =>
  ethOfWei(world.market.pricePerUnit * unitsPerSecond * seconds)

/**
 * The part of its segments that a cheat may leave out for ever without being slashed: it stops until a failure leaves the
 * window. None, when a single failure is already more than the threshold.
 */
export function forgivenPart(network: Network): number {
  return Math.floor(network.failureThreshold * network.failureWindow) / network.failureWindow
}

/**
 * Segments in a claim above which even a forgiven failure costs more than it brings: a failed claim's fees are lost, and
 * one false segment in `1 / verificationRate` is drawn.
 *
 * - `saving`: what leaving a segment out brings, as a part of its fee.
 */
export const claimThatForgives = (network: Network, saving: number): number => saving / network.verificationRate
