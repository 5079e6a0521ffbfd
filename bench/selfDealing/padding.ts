import { demand, minted, type World } from './Market'

/** `BondingEarnings._tallyWork`: in a span nobody's work counts beyond so many times its stake's share of the last span's. */
export const capFactor = 4

/** Someone's work in a span and its share of the active stake. */
export type Worker = { done: number; share: number }

/** Units that count of each one's work in a span, after a span of which `before` units counted in all. */
export const counted = (workers: readonly Worker[], before: number, minExpectedWork: number): number[] =>
  workers.map(({ done, share }) => Math.min(done, Math.max(minExpectedWork, capFactor * share * before)))

/** Units that all broadcasters ask for in a span. */
export const spanDemand = (world: World): number => demand(world) * world.network.spanRounds

/**
 * Work that counts of who pads as much as does, span after span, as a part of what all others do. What counts is the basis
 * of the next span, so it settles at `4 s / (1 − 4 s)`, and without end from a quarter of all stake on.
 *
 * - `share`: of the active stake, in one seat. Several that share it are capped alike.
 */
export const padding = (share: number): number =>
  capFactor * share < 1 ? (capFactor * share) / (1 - capFactor * share) : Number.POSITIVE_INFINITY

/** The part of its own share of the real work that each of the others must do then. */
export const requiredOfOthers = (requiredPart: number, share: number): number =>
  requiredPart * (1 - share) * (1 + padding(share))

/** Share of the active stake from which others fall short though they do all of their shares: that part is 1. */
export const sharePadding = (requiredPart: number): number => (1 - requiredPart) / (capFactor - requiredPart)

/**
 * So many times as much must all have asked for in the span before, and suddenly no more, that one who had padded all along
 * puts others below with the first span's padding: they have done a span's new work, when the next begins.
 */
export function collapse(requiredPart: number, share: number): number {
  const before = (1 - share) * (1 + padding(share))
  return (1 - requiredPart * (1 - share)) / (requiredPart * capFactor * share * before)
}

/**
 * LPT from which padding puts others below the tolerance, average ones who do all of their shares of `real` units a span.
 * It does its own share of them as well, which leaves less to the others. `smallSeats` of it hold `minClaimStake` each, and
 * pad `minExpectedWork` each at least; one seat holds the rest.
 */
export function leastPaddingStake({ network }: World, real: number, smallSeats: number): number {
  const { requiredPart, minExpectedWork, activeStake, minClaimStake, seats } = network
  const small = (smallSeats * minClaimStake) / activeStake
  const puts = (large: number) => {
    const others = 1 - small - large
    const atLeast = (others * real + smallSeats * minExpectedWork) / (1 - capFactor * large)
    const all = Math.max(atLeast, others * real * (1 + padding(small + large)))
    const isExpected = (2 * all * others) / (seats - smallSeats - 1) >= minExpectedWork
    return isExpected && real <= requiredPart * all
  }
  if (puts(0)) return small * activeStake
  let [low, high] = [0, 1 / capFactor]
  while (high - low > 1e-12) {
    const middle = (low + high) / 2
    if (puts(middle)) high = middle
    else low = middle
  }
  return (small + high) * activeStake
}

/** What withholding everybody else's rewards takes from them in a round, and brings: what is not minted dilutes nobody. */
export function withholding(world: World, share: number): { takes: number; brings: number } {
  const takes = minted(world) * (1 - share)
  return { takes, brings: takes * world.network.participation * share }
}

/**
 * Parts of an honest demand that do not count, span by span until all does, when from one span to the next it becomes
 * `growth` times as much. Everybody's are cut alike, so nobody's share becomes less.
 */
export function lostToGrowth(growth: number): number[] {
  const lost: number[] = []
  for (let before = 1; ; ) {
    const [work] = counted([{ done: growth, share: 1 }], before, 0) as [number]
    if (work === growth) return lost
    lost.push(1 - work / growth)
    before = work
  }
}
