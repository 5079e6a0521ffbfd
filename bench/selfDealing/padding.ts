import { demand, minted, type World } from './Market'

/**
 * In each span, the contract counts the work of a transcoder only up to a limit (`_workLimit` in `contracts/src/bonding/Rewards.sol`). The
 * limit is called the _cap_ here. The work that the contract counts is called _counted work_. The cap is `capFactor` × the transcoder's share
 * of the active stake × the counted work of all transcoders in the previous span. If this product is less than `minExpectedWork`, the cap is
 * `minExpectedWork`.
 */
export const capFactor = 4

/** A transcoder: its work in a span, in units, and its share of the active stake. */
export type Worker = { done: number; share: number }

/** The counted work of each worker in a span, in units. `before`: the counted work of all workers in the previous span. */
export const counted = (workers: readonly Worker[], before: number, minExpectedWork: number): number[] =>
  workers.map(({ done, share }) => Math.min(done, Math.max(minExpectedWork, capFactor * share * before)))

/** The work that all real broadcasters together buy in a span, in units. */
export const spanDemand = (world: World): number => demand(world) * world.network.spanRounds

/**
 * A _padder_ is a transcoder that does fake work up to its cap in each span. Its counted work raises the counted work of all transcoders
 * together, and this raises its cap in the next span. Returns the counted work of the padder after many spans, divided by the work of all
 * other transcoders: `4 s / (1 − 4 s)`. If `s` is a quarter or more, the counted work grows without limit, and the result is Infinity.
 *
 * - `share`: `s`, the padder's part of the active stake. The padder has this stake in one seat. If it divides the stake among several seats,
 *   the result is the same, as long as the cap of each seat is above `minExpectedWork`.
 */
export const padding = (share: number): number =>
  capFactor * share < 1 ? (capFactor * share) / (1 - capFactor * share) : Number.POSITIVE_INFINITY

/**
 * Each transcoder that is not the padder must do this part of its drawn work, or it gets no rewards. Its _drawn work_ is the work of the jobs
 * of real broadcasters for which it is drawn. `share` is the padder's share of the active stake.
 */
export const requiredOfOthers = (requiredPart: number, share: number): number =>
  requiredPart * (1 - share) * (1 + padding(share))

/**
 * If a padder has this share of the active stake, each other transcoder must do all its drawn work to get rewards (`requiredOfOthers` is 1).
 * If the padder has a larger share, the other transcoders get no rewards, even if they do all their drawn work.
 */
export const sharePadding = (requiredPart: number): number => (1 - requiredPart) / (capFactor - requiredPart)

/**
 * If demand falls by more than this factor from one span to the next, a padder with the share `share` makes the other transcoders lose their
 * rewards. The factor is the demand before the fall divided by the demand after the fall. The padder has worked up to its cap in all spans
 * before the fall. The others lose their rewards at the start of the second span after the fall: at this time, the contract judges them by
 * the first span after the fall alone.
 */
export function collapse(requiredPart: number, share: number): number {
  const before = (1 - share) * (1 + padding(share))
  return (1 - requiredPart * (1 - share)) / (requiredPart * capFactor * share * before)
}

/**
 * The least stake, in LPT, with which a padder makes the other transcoders lose their rewards. The others have equal stakes and do all their
 * drawn work. All real broadcasters together buy `real` units of work per span. The padder does its drawn work too. The padder has
 * `smallSeats` small seats and one large seat. Each small seat has a stake of `minSelfStake`, and does at least `minExpectedWork` units of fake
 * work per span. The large seat has the rest of the padder's stake.
 */
export function leastPaddingStake({ network }: World, real: number, smallSeats: number): number {
  const { requiredPart, minExpectedWork, activeStake, minSelfStake, seats } = network
  const small = (smallSeats * minSelfStake) / activeStake
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
 * If the rewards of all other transcoders are withheld in a round: the loss of the others and the gain of the padder, in ETH. The padder
 * gains, because LPT that is not minted does not dilute the padder's LPT. `share` is the padder's share of the active stake.
 */
export function withholding(world: World, share: number): { loss: number; gain: number } {
  const loss = minted(world) * (1 - share)
  return { loss, gain: loss * world.network.participation * share }
}

/**
 * Demand grows by the factor `growth` from one span to the next, and then stays the same. All work is real. Returns the part of the work that
 * does not count in the first span after the growth, in the second span, and so on, until all work counts. The part is equal for all transcoders.
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
