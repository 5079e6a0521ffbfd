import { drawnChance } from './Bill'
import { claimsGas, gas, maxSegmentSeconds, maxSegmentsPerClaim } from './gas'
import { demand, ethOfGas, ethOfWei, minted, type World } from './Market'
import { mostUnitsPerSecond } from './Network'

/**
 * Units of fake work a round that put every average seat below the tolerance though it does all of its share of the real
 * work: so many times the real, and enough that work is expected of it at all.
 */
export function paddingWork(world: World): number {
  const { requiredPart, minExpectedWork, seats, windowRounds } = world.network
  const real = demand(world)
  return Math.max((1 / requiredPart - 1) * real, (minExpectedWork * seats) / windowRounds - real)
}

/**
 * ETH a round for so much fake work, in units a round, in as few jobs as can hold it, of the largest ladder that counts.
 */
export function paddingCost(world: World, stake: number, work: number, unitsPerSecond = mostUnitsPerSecond): number {
  const { network, market } = world
  const seconds = work / unitsPerSecond
  const segments = seconds / maxSegmentSeconds
  const jobs = Math.max(1, seconds / network.roundSeconds) / network.maxJobRounds
  const perJob = gas.attempt / drawnChance(world, stake) + gas.drawCandidates + gas.showAssignment
  const claims = Math.max(1 / network.windowRounds, segments / maxSegmentsPerClaim)
  const spent = jobs * perJob + claimsGas({ claims, segments }, network.verificationRate)
  return ethOfGas(spent, market) + ethOfWei(work * market.fakeCost * market.costPerUnit)
}

/** Streams live at any moment below which padding is worth more to its author than it costs; infinite when always. */
export function paddingBoundary(world: World, stake: number): number {
  const pays = (streams: number) => {
    const other = { ...world, market: { ...world.market, streams } }
    return paddingGain(other, stake) > paddingCost(other, stake, paddingWork(other))
  }
  let [low, high] = [0, 1e9]
  if (pays(high)) return Number.POSITIVE_INFINITY
  while (high - low > 1e-6 * high && high > 1e-3) {
    const middle = (low + high) / 2
    if (pays(middle)) low = middle
    else high = middle
  }
  return low
}

/** ETH a round that everybody else is not given when all fall below the tolerance. */
export const withheld = (world: World, stake: number): number => minted(world) * (1 - stake / world.network.activeStake)

/** ETH a round that withholding brings: what is not minted dilutes nobody, so it is worth the attacker's part of all token. */
export const paddingGain = (world: World, stake: number): number =>
  (withheld(world, stake) * world.network.participation * stake) / world.network.activeStake

/**
 * Fake work beside the real that counts for ever, as a multiple of it, when nobody's counts beyond `cap` times its stake's
 * share of all work in the window before; infinite where the share is too large for that to bound it.
 */
export const cappedPadding = (share: number, cap: number): number =>
  cap * share < 1 ? (cap * share) / (1 - cap * share) : Number.POSITIVE_INFINITY
