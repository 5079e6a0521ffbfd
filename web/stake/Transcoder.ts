import { TranscodingOptions } from '@lp/contracts/protocol'
import type { Address } from 'viem'

/** A transcoder, as a delegator sees it. Cuts and shares are parts per million. */
export type Transcoder = {
  address: Address
  /** Its own and delegated stake, in units of 10^-18 LPT. */
  stake: bigint
  /** Wei per unit. */
  pricePerUnit: bigint
  /** The share of rewards that it keeps. */
  blockRewardCut: bigint
  /** The share of its fees that all its delegators and itself receive by their stake. */
  feeShare: bigint
  /** It accepts new jobs. */
  isAvailable: boolean
  standing: Standing
  /** Whether it has called this round's reward. Undefined while there is no reward to call. */
  hasRewarded: boolean | undefined
  /** How many rewards in a row it has not called. */
  missedRewards: number
  /** How many of its last verdicts were failures. */
  checks: { failures: number; verdicts: number }
  /** The units that were verified recently, and the units expected for its stake. */
  work: { done: bigint; expected: bigint }
  /** How much of its own and delegated stake was slashed recently, in units of 10^-18 LPT. */
  cut: bigint
}

/** `next`: has a seat, and is active from the next round on. `guest`: is active in this round only. */
export type Standing = 'active' | 'next' | 'guest' | 'waiting'

export function standingOf({ seated, active }: { seated: boolean; active: boolean }): Standing {
  if (seated) return active ? 'active' : 'next'
  return active ? 'guest' : 'waiting'
}

export const isActive = ({ standing }: Transcoder): boolean => standing === 'active' || standing === 'guest'

/** Its part of the stake of all active transcoders, 0 to 1. Undefined for an inactive transcoder. */
export function shareOf(transcoder: Transcoder, all: readonly Transcoder[]): number | undefined {
  const active = all.filter(isActive).reduce((sum, { stake }) => sum + stake, 0n)
  return isActive(transcoder) && active > 0n ? Number((transcoder.stake * 1_000_000n) / active) / 1e6 : undefined
}

export type SortKey = 'stake' | 'cut' | 'fees' | 'price'
export type Order = { key: SortKey; isReversed: boolean }

const rank: Record<SortKey, (transcoder: Transcoder) => bigint> = {
  stake: ({ stake }) => -stake,
  cut: ({ blockRewardCut }) => blockRewardCut,
  fees: ({ feeShare }) => -feeShare,
  price: ({ pricePerUnit }) => pricePerUnit,
}

/**
 * The best for a delegator first. Equal transcoders are sorted by stake, then by address, so that rows keep their
 * places.
 */
export function sorted(all: readonly Transcoder[], { key, isReversed }: Order): Transcoder[] {
  const compare = (a: Transcoder, b: Transcoder, by: SortKey) => Number(rank[by](a) - rank[by](b))
  return [...all].sort(
    (a, b) => (isReversed ? -1 : 1) * compare(a, b, key) || compare(a, b, 'stake') || (a.address < b.address ? -1 : 1),
  )
}

/** The stream by which prices are compared: 1280 × 720 at 20 frames a second, with every lower rendition. */
const reference = { width: 1280, height: 720, fps: 20 }
const unitsPerHour =
  3_600n *
  TranscodingOptions.unitsPerSecond({
    ...reference,
    renditions: TranscodingOptions.ladder(reference).filter(({ height }) => height < reference.height),
  })

/** Wei for an hour of 720p. */
export const pricePerHour = ({ pricePerUnit }: Transcoder): bigint => pricePerUnit * unitsPerHour
