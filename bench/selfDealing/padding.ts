import { demand, minted, type World } from './Market'

/**
 * The cap of `BondingEarnings._tallyWork`. In a span, a transcoder's counted work is at most this factor × its share of the active
 * stake × the counted work of the previous span.
 */
export const capFactor = 4

/** A transcoder's work in a span and its share of the active stake. */
export type Worker = { done: number; share: number }

/** The counted units of each worker's work in a span. `before`: all counted units of the previous span. */
export const counted = (workers: readonly Worker[], before: number, minExpectedWork: number): number[] =>
  workers.map(({ done, share }) => Math.min(done, Math.max(minExpectedWork, capFactor * share * before)))

/** Units of work that all broadcasters buy in a span. */
export const spanDemand = (world: World): number => demand(world) * world.network.spanRounds

/**
 * The counted work of a transcoder that pads up to the cap in each span, as a part of the work of all others. The counted work is
 * the basis of the next cap, so this part converges to `4 s / (1 − 4 s)`. With a quarter of all stake or more, it grows without end.
 *
 * - `share`: the padder's part of the active stake, in one seat. Several seats with this stake together have the same cap.
 */
export const padding = (share: number): number =>
  capFactor * share < 1 ? (capFactor * share) / (1 - capFactor * share) : Number.POSITIVE_INFINITY

/** The part of its share of the real work that each other transcoder must do if the padder pads up to the cap. */
export const requiredOfOthers = (requiredPart: number, share: number): number =>
  requiredPart * (1 - share) * (1 + padding(share))

/**
 * If the padder's share of the active stake is larger than this, the other transcoders fall below the tolerance although they do all
 * their work: `requiredOfOthers` is 1.
 */
export const sharePadding = (requiredPart: number): number => (1 - requiredPart) / (capFactor - requiredPart)

/**
 * A transcoder with this share has padded up to the cap. If demand falls by this factor from one span to the next, the other
 * transcoders fall below the tolerance. The contract judges them at the start of the span after that, by the work of the first span
 * with the lower demand.
 */
export function collapse(requiredPart: number, share: number): number {
  const before = (1 - share) * (1 + padding(share))
  return (1 - requiredPart * (1 - share)) / (requiredPart * capFactor * share * before)
}

/**
 * The least stake, in LPT, with which a padder puts the other transcoders below the tolerance. The others are
 * average transcoders that do all their shares of `real` units per span. The padder also does its share of the real work, so less of
 * it is left for the others. The padder has `smallSeats` seats that hold `minClaimStake` each and pad at least `minExpectedWork` each.
 * One large seat holds the rest of its stake.
 */
export function leastPaddingStake({ network }: World, real: number, smallSeats: number): number {
  const { requiredPart, minExpectedWork, activeStake, minClaimStake, seats } = network
  const small = (smallSeats * minClaimStake) / activeStake
  const putsOthersBelow = (large: number) => {
    const others = 1 - small - large
    const atLeast = (others * real + smallSeats * minExpectedWork) / (1 - capFactor * large)
    const all = Math.max(atLeast, others * real * (1 + padding(small + large)))
    const isExpected = (2 * all * others) / (seats - smallSeats - 1) >= minExpectedWork
    return isExpected && real <= requiredPart * all
  }
  if (putsOthersBelow(0)) return small * activeStake
  let [low, high] = [0, 1 / capFactor]
  while (high - low > 1e-12) {
    const middle = (low + high) / 2
    if (putsOthersBelow(middle)) high = middle
    else low = middle
  }
  return (small + high) * activeStake
}

/**
 * The loss of all others if their rewards are withheld in a round, and the padder's gain. The padder gains because token that is not
 * minted does not dilute the padder's token.
 */
export function withholding(world: World, share: number): { loss: number; gain: number } {
  const loss = minted(world) * (1 - share)
  return { loss, gain: loss * world.network.participation * share }
}

/**
 * An honest demand grows by the factor `growth` from one span to the next. Returns, for each span until all work counts, the part of
 * the work that does not count. The cap cuts all transcoders equally, so no transcoder's share becomes smaller.
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
