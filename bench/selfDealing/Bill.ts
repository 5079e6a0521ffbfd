import { chanceToBeDrawn } from './draw'
import { gas, maxSegmentSeconds, maxSegmentsPerClaim } from './gas'
import { demand, type World } from './Market'
import { mostUnitsPerSecond } from './Network'

/** Jobs count whose eligible candidates held so much of the active stake. */
export const leastEligible = 0.5

/**
 * The part of all rounds in which nothing is expected of a stake: at a span's start it is judged by one span, at its end
 * by nearly two.
 */
export function exemptPart(world: World, stake: number): number {
  const { minExpectedWork, spanRounds, activeStake } = world.network
  const inSpan = (stake / activeStake) * demand(world) * spanRounds
  return Math.min(1, Math.max(0, minExpectedWork / inSpan - 1))
}

/** The largest stake of which nothing is ever expected. */
export const exemptStake = (world: World): number =>
  (world.network.minExpectedWork * world.network.activeStake) / (demand(world) * 2 * world.network.spanRounds)

/** Units a round. Its own fake work is a part of all work, and so raises what is required. */
export function requiredWork(world: World, stake: number): number {
  if (exemptPart(world, stake) === 1) return 0
  const part = (world.network.requiredPart * stake) / world.network.activeStake
  return (part / (1 - part)) * demand(world)
}

/** What fake work takes in a round, in gas, by step. */
export type Bill = {
  attempts: number
  /** Of all attempts, until it is drawn. */
  attemptsGas: number
  firstClaimsGas: number
  claimsGas: number
  verifyGas: number
  withdrawGas: number
  rewardGas: number
}

/**
 * The cheapest way that we know. Jobs of the largest ladder over the smallest picture, as long as a job may be; an offer
 * that the cheapest half of the active stake takes; the draw is looked at for nothing, and recorded by the first claim;
 * one claim in two spans, at the start of the first, if it holds enough, of the longest segments.
 */
export function billOf(world: World, stake: number): Bill {
  const { network } = world
  const work = requiredWork(world, stake)
  const least = work === 0 ? 0 : 1 / (2 * network.spanRounds)
  const secondsPerRound = work / mostUnitsPerSecond
  // A job's work counts in real time: who needs more than a day's work a day keeps several.
  const jobs = Math.max(least, secondsPerRound / network.roundSeconds / network.maxJobRounds)
  const attempts = jobs / drawnChance(world, stake)
  const segments = secondsPerRound / maxSegmentSeconds
  const claims = Math.max(least, segments / maxSegmentsPerClaim)
  return {
    attempts,
    attemptsGas: attempts * gas.attempt,
    firstClaimsGas: jobs * gas.firstClaim,
    claimsGas: claims * gas.claim + segments * gas.sealPerSegment,
    verifyGas: segments * network.verificationRate * gas.verify,
    withdrawGas: claims * gas.withdrawFees,
    rewardGas: gas.reward,
  }
}

export const gasOf = (bill: Bill): number =>
  bill.attemptsGas + bill.firstClaimsGas + bill.claimsGas + bill.verifyGas + bill.withdrawGas + bill.rewardGas

/** Chance that a job of its own falls to it. */
export function drawnChance({ network }: World, stake: number): number {
  const share = stake / network.activeStake
  const eligible = Math.max(leastEligible, share)
  const others = Math.round(network.seats * eligible) - 1
  return chanceToBeDrawn({ share, eligible, others, candidateCount: network.candidateCount })
}
