import { exemptPart } from './Bill'
import { cutBoundary } from './boundary'
import { delegating, selfDealing, useless, working } from './earnings'
import { base, honestCostPerUnit, type World } from './Market'

/** One case for which the model is computed. */
export type Point = { world: World; stake: number; blockRewardCut: number; feeShare: number }

export const cuts = [0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1]
export const shares = [0, 0.01, 0.1, 0.25, 0.4, 0.5, 0.75, 1]
export const stakes = [1_000, 3_000, 5_000, 10_000, 20_000, 35_000, 70_000, 150_000, 300_000, 600_000, 1_250_000]
/** The price of a unit, divided by the cost of a unit of real work. */
export const markups = [1, 1.25, 1.5, 2, 3, 5, 10, 20]
export const demands = [1, 10, 30, 100, 300, 1_000, 3_000]
export const gasPrices = [0.01, 0.03, 0.1, 0.3, 1, 3, 10]

/** All combinations of the values above, with the mainnet preset. The lowest price is the cost of real work. */
export function* points(): Generator<Point> {
  for (const gasPriceGwei of gasPrices)
    for (const streams of demands)
      for (const markup of markups) {
        const world = pricedAt({ ...base, market: { ...base.market, gasPriceGwei, streams } }, markup)
        for (const stake of stakes)
          for (const blockRewardCut of cuts)
            for (const feeShare of shares) yield { world, stake, blockRewardCut, feeShare }
      }
}

export const pricedAt = (world: World, markup: number): World => ({
  ...world,
  market: { ...world.market, pricePerUnit: markup * honestCostPerUnit(world) },
})

/** `points` is the number of all points. Each other field is the number of points at which the sentence above the field is true. */
export type Sweep = {
  points: number
  /** A transcoder with this stake must do work in every round. */
  required: number
  /** A transcoder with this stake must do work in every round, and a useless transcoder earns more than a delegator. */
  uselessWins: number
  /** A transcoder with this stake must do work in every round, and earns more if it does the required work as fake work than as real work. */
  fakeBeatsReal: number
  /** A transcoder with this stake must do work in every round, and a self-dealer earns more than a delegator. */
  selfDealingWins: number
  /** In some rounds or in all rounds, a transcoder with this stake does not have to work, and a useless transcoder earns more than a delegator. */
  idleWins: number
  /** `cutBoundary` predicts wrongly whether a self-dealer or a delegator earns more. */
  wrongPredictions: number
}

export function sweep(): Sweep {
  const found: Sweep = {
    points: 0,
    required: 0,
    uselessWins: 0,
    fakeBeatsReal: 0,
    selfDealingWins: 0,
    idleWins: 0,
    wrongPredictions: 0,
  }
  for (const { world, stake, blockRewardCut, feeShare } of points()) {
    const delegated = delegating(world, stake, { blockRewardCut, feeShare })
    const faked = selfDealing(world, stake)
    found.points++
    if (faked > delegated !== blockRewardCut > cutBoundary(world, stake, feeShare)) found.wrongPredictions++
    if (exemptPart(world, stake) > 0) {
      if (useless(world, stake) > delegated) found.idleWins++
      continue
    }
    found.required++
    if (useless(world, stake) > delegated) found.uselessWins++
    if (faked > working(world, stake, world.network.requiredPart)) found.fakeBeatsReal++
    if (faked > delegated) found.selfDealingWins++
  }
  return found
}
