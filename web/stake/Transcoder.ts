import { TranscodingOptions } from '@lp/contracts/protocol'
import type { Address } from 'viem'

/** Somebody to stake with. Cuts and shares are parts per million. */
export type Transcoder = {
  address: Address
  /** Its own and delegated, in units of 10^-18 LPT. */
  stake: bigint
  /** Wei per unit. */
  pricePerUnit: bigint
  /** Of rewards, what it keeps. */
  blockRewardCut: bigint
  /** Of its fees, what all who stake with it get. */
  feeShare: bigint
  /** Takes new jobs. */
  isAvailable: boolean
  standing: Standing
  /** Whether it has called this round's reward; undefined while there is none to call. */
  hasRewarded: boolean | undefined
  /** Rewards in a row that it has not called. */
  missedRewards: number
  /** Of its last verdicts, and how many of them were failures. */
  checks: { failures: number; verdicts: number }
  /** Verified lately, and what its stake lets expect, in units. */
  work: { done: bigint; expected: bigint }
  /** What was cut lately of all stake behind it, in units of 10^-18 LPT. */
  cut: bigint
}

/** `next`: has a seat, and works from the next round on. `guest`: works in this round only. */
export type Standing = 'active' | 'next' | 'guest' | 'waiting'

export function standingOf({ seated, active }: { seated: boolean; active: boolean }): Standing {
  if (seated) return active ? 'active' : 'next'
  return active ? 'guest' : 'waiting'
}

export const isActive = ({ standing }: Transcoder): boolean => standing === 'active' || standing === 'guest'

/** Its part of the stake of all who are active, 0 to 1; undefined for who is not. */
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

/** Best for a delegator first; equals by stake, then by address, so that nothing jumps. */
export function sorted(all: readonly Transcoder[], { key, isReversed }: Order): Transcoder[] {
  const compare = (a: Transcoder, b: Transcoder, by: SortKey) => Number(rank[by](a) - rank[by](b))
  return [...all].sort(
    (a, b) => (isReversed ? -1 : 1) * compare(a, b, key) || compare(a, b, 'stake') || (a.address < b.address ? -1 : 1),
  )
}

/** What a person compares prices by: 1280 × 720 at 20 pictures a second, in every lower quality. */
const reference = { width: 1280, height: 720, fps: 20 }
const unitsPerHour =
  3_600n *
  TranscodingOptions.unitsPerSecond({
    ...reference,
    renditions: TranscodingOptions.ladder(reference).filter(({ height }) => height < reference.height),
  })

/** Wei for an hour of 720p. */
export const pricePerHour = ({ pricePerUnit }: Transcoder): bigint => pricePerUnit * unitsPerHour
