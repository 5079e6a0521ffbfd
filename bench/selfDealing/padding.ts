import { demand, minted, type World } from './Market'

/**
 * The contract limits the work that counts for a transcoder in a span (`_workLimit` in `contracts/src/bonding/Rewards.sol`). This limit,
 * the _cap_, is `capFactor` × the transcoder's share of the active stake × the counted work of all transcoders in the previous span, but at
 * least `minExpectedWork`. The work up to the cap is the transcoder's _counted work_.
 */
export const capFactor = 4

/** A transcoder: its work in a span, in units, and its share of the active stake. */
export type Worker = { done: number; share: number }

/** The counted work of each worker in a span, in units. `before`: the counted work of all workers in the previous span. */
export const counted = (workers: readonly Worker[], before: number, minExpectedWork: number): number[] =>
  workers.map(({ done, share }) => Math.min(done, Math.max(minExpectedWork, capFactor * share * before)))

/** Units of work that all broadcasters buy in a span. */
export const spanDemand = (world: World): number => demand(world) * world.network.spanRounds

/**
 * The counted work of a padder divided by the work of all others, after many spans. A padder is a transcoder that does fake work up to its
 * cap in each span. Its counted work in a span raises the counted work of all transcoders together, and so raises its cap in the next span.
 * The ratio converges to `4 s / (1 − 4 s)`. If `s` is a quarter or more, the ratio grows without limit.
 *
 * - `share`: `s`, the padder's part of the active stake. The padder has this stake in one seat. If it has the stake in several seats, the sum of the
 *   caps of these seats is the same.
 */
export const padding = (share: number): number =>
  capFactor * share < 1 ? (capFactor * share) / (1 - capFactor * share) : Number.POSITIVE_INFINITY

/**
 * The part of the work for which another transcoder is drawn that this transcoder must do, or it gets no rewards. The padder does fake work
 * up to its cap in each span.
 */
export const requiredOfOthers = (requiredPart: number, share: number): number =>
  requiredPart * (1 - share) * (1 + padding(share))

/**
 * The padder's share of the active stake for which `requiredOfOthers` is 1: each other transcoder must do all the work for which it is
 * drawn. If the share is larger, the other transcoders get no rewards, even if they do all this work.
 */
export const sharePadding = (requiredPart: number): number => (1 - requiredPart) / (capFactor - requiredPart)

/**
 * The fall of demand that causes the other transcoders to lose their rewards: demand before the fall divided by demand after the fall. A
 * padder with the share `share` has worked up to its cap in all spans before the fall. With this factor or a larger factor, the others get no
 * rewards at the start of the second span after the fall. At this time, the contract counts only the work of the first span after the fall.
 */
export function collapse(requiredPart: number, share: number): number {
  const before = (1 - share) * (1 + padding(share))
  return (1 - requiredPart * (1 - share)) / (requiredPart * capFactor * share * before)
}

/**
 * The stake that a padder needs, in LPT. If the padder has this stake or more, the other transcoders get no rewards. The others have equal
 * stakes and do all the work for which they are drawn. All broadcasters together buy `real` units per span, and the padder does its part of
 * this work too. The padder has `smallSeats` small seats. A small seat has `minSelfStake`, and does fake work of `minExpectedWork` units or
 * more. The padder has the rest of its stake in one large seat.
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
 * The loss of all others if their rewards are withheld in a round, and the gain of the padder, in ETH. The padder gains because LPT that is
 * not minted does not dilute the padder's LPT.
 */
export function withholding(world: World, share: number): { loss: number; gain: number } {
  const loss = minted(world) * (1 - share)
  return { loss, gain: loss * world.network.participation * share }
}

/**
 * Demand grows by the factor `growth` from one span to the next, and all work is real. Returns the part of the work that does not count, for
 * each span until all work counts. The cap reduces the counted work of all transcoders by the same factor.
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
