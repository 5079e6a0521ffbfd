import type { Staking } from './Staking'
import { isActive, type Transcoder } from './Transcoder'

/** What an account needs to become a transcoder with a seat. Amounts are in units of 10^-18 LPT. */
export type SeatNeed = {
  /** The number of vacant seats. */
  vacant: number
  /** The own stake that each transcoder needs. */
  own: bigint
  /** The stake that takes a seat now: own stake and delegated stake together. In a full pool, 1 unit more than the lowest stake with a seat. */
  stake: bigint
}

export function seatNeedOf({ transcoders, terms }: Pick<Staking, 'transcoders' | 'terms'>): SeatNeed {
  const { minSelfStake: own, poolSize } = terms
  const seated = transcoders.filter(({ standing }) => standing === 'active' || standing === 'next')
  const vacant = Math.max(0, Number(poolSize) - seated.length)
  if (vacant > 0) return { vacant, own, stake: own }
  const [lowest = 0n] = seated.map(({ stake }) => stake).sort((a, b) => (a < b ? -1 : 1))
  return { vacant, own, stake: lowest >= own ? lowest + 1n : own }
}

/** The middle one of the prices of the active transcoders, in wei per unit. Undefined if no transcoder is active. */
export function middlePrice(transcoders: readonly Transcoder[]): bigint | undefined {
  const prices = transcoders.filter(isActive).map(({ pricePerUnit }) => pricePerUnit)
  return prices.sort((a, b) => Number(a - b))[Math.floor(prices.length / 2)]
}

const lpt = 10n ** 18n

/** The LPT in whole numbers that is at least `amount`, as `--stake` of lp-relay takes it. */
export const wholeLpt = (amount: bigint): bigint => (amount + lpt - 1n) / lpt
