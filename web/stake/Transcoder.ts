import { TranscodingOptions } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import type { Slashed } from './Slashing'

/**
 * The facts that a delegator sees about a transcoder. Cuts and shares are parts per million. `missedRewards`, `checks`, `work` and `slashed`
 * are undefined if they cannot be read now.
 */
export type Transcoder = {
  address: Address
  /** The address of its relay, as the transcoder has registered it. Undefined if there is no valid address, or if it cannot be read. */
  relay: string | undefined
  /** Its own stake and the stake of its delegators, in units of 10^-18 LPT. */
  stake: bigint
  /** Wei per unit of work. */
  pricePerUnit: bigint
  /** The share of each reward that the transcoder keeps. The transcoder and its delegators receive the rest in proportion to their stakes. */
  blockRewardCut: bigint
  /** The share of fees that the transcoder and all its delegators receive in proportion to their stakes. */
  feeShare: bigint
  /** Whether the transcoder accepts new jobs. */
  isAvailable: boolean
  standing: Standing
  /**
   * Whether the transcoder has called `reward` in the present round. Undefined while there is no reward to mint, or if the events
   * cannot be read.
   */
  hasRewarded: boolean | undefined
  /** The number of rewards in a row that the transcoder has missed, up to the latest reward. 0 if it has not missed the latest reward. */
  missedRewards: number | undefined
  checks: Checks | undefined
  /** The units of work that the transcoder did recently, and the units that are expected for its stake. */
  work: { done: bigint; expected: bigint } | undefined
  /** The amounts of its own and its delegators' stake that were slashed recently. */
  slashed: Slashed | undefined
}

/**
 * The number of the transcoder's latest verdicts, and how many of them are failures: wrong work (`invalid`), or no answer (`unavailable`).
 * The other failures happened before the blocks that the page reads, or cannot be read.
 */
export type Checks = { verdicts: number; failures: number; invalid: number; unavailable: number }

/** `next`: has a seat, and becomes active in the next round. `guest`: is active only in this round. */
export type Standing = 'active' | 'next' | 'guest' | 'waiting'

export function standingOf({ seated, active }: { seated: boolean; active: boolean }): Standing {
  if (seated) return active ? 'active' : 'next'
  return active ? 'guest' : 'waiting'
}

/** The name under which a person may know the transcoder: the host of its relay. Any account can register any address. */
export const nameOf = ({ relay }: Pick<Transcoder, 'relay'>): string | undefined => relay && new URL(relay).host

export const isActive = ({ standing }: Transcoder): boolean => standing === 'active' || standing === 'guest'

export const activeStakeOf = (all: readonly Transcoder[]): bigint =>
  all.filter(isActive).reduce((sum, { stake }) => sum + stake, 0n)

/** The transcoder's part of the stake of all active transcoders, 0 to 1. Undefined for an inactive transcoder. */
export function shareOf(transcoder: Transcoder, all: readonly Transcoder[]): number | undefined {
  const active = activeStakeOf(all)
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
 * The transcoder that is best for a delegator is first. Among equal keys, the higher stake is first; among equal stakes, the lower address.
 * So two reads of the same transcoders give the same order.
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

/** Wei for an hour of 720p at a price in wei per unit. */
export const hourPrice = (pricePerUnit: bigint): bigint => pricePerUnit * unitsPerHour

/** Wei for an hour of 720p. */
export const pricePerHour = ({ pricePerUnit }: Transcoder): bigint => hourPrice(pricePerUnit)
