import { chanceToBeDrawn } from './draw'
import { gas, maxSegmentSeconds, maxSegmentsPerClaim } from './gas'
import { demand, ethOfWei, type World } from './Market'
import { mostUnitsPerSecond } from './Network'

/** Jobs count whose eligible candidates held so much of the active stake. */
export const leastEligible = 0.5

/** Units that the window holds for a transcoder's stake. Below `minExpectedWork` it may be idle. */
export const isRequired = (world: World, stake: number): boolean =>
  (stake / world.network.activeStake) * demand(world) * world.network.windowRounds >= world.network.minExpectedWork

/** The largest stake of which nothing is required. */
export const exemptStake = (world: World): number =>
  (world.network.minExpectedWork * world.network.activeStake) / (demand(world) * world.network.windowRounds)

/** Units a round. Its own fake work is a part of all work, and so raises what is required. */
export function requiredWork(world: World, stake: number): number {
  if (!isRequired(world, stake)) return 0
  const part = (world.network.requiredPart * stake) / world.network.activeStake
  return (part / (1 - part)) * demand(world)
}

/** What fake work takes in a round, in gas, by step; and what it holds of ETH meanwhile. */
export type Bill = {
  attempts: number
  /** Of all attempts, until it is drawn. */
  attemptsGas: number
  drawsGas: number
  claimsGas: number
  verifyGas: number
  withdrawGas: number
  rewardGas: number
  /** Reserved and in escrow on average. It comes back. */
  lockedEth: number
}

/**
 * The cheapest way that we know. Jobs of the largest ladder over the smallest picture, as long as a job may be; an offer
 * that the cheapest half of the active stake takes; the draw is looked at for nothing, and recorded when it is wanted;
 * one claim in a window, if it holds enough, of the longest segments.
 */
export function billOf(world: World, stake: number): Bill {
  const { network, market } = world
  const work = requiredWork(world, stake)
  const idle = work === 0
  const secondsPerRound = work / mostUnitsPerSecond
  // One job works in real time: who needs more than a day's work a day keeps several.
  const jobsAtOnce = idle ? 0 : Math.max(1, secondsPerRound / network.roundSeconds)
  const jobs = jobsAtOnce / Math.max(network.windowRounds, network.maxJobRounds)
  const attempts = jobs / drawnChance(world, stake)
  const segments = secondsPerRound / maxSegmentSeconds
  const claims = idle ? 0 : Math.max(1 / network.windowRounds, segments / maxSegmentsPerClaim)
  const reserve = ethOfWei(market.pricePerUnit * mostUnitsPerSecond * network.claimIntervalSeconds)
  return {
    attempts,
    attemptsGas: attempts * gas.attempt,
    drawsGas: jobs * (gas.drawCandidates + gas.showAssignment),
    claimsGas: claims * gas.claim + segments * gas.sealPerSegment,
    verifyGas: segments * network.verificationRate * gas.verify,
    withdrawGas: claims * gas.withdrawFees,
    rewardGas: gas.reward,
    lockedEth: jobsAtOnce * reserve + ethOfWei(work * market.pricePerUnit),
  }
}

export const gasOf = (bill: Bill): number =>
  bill.attemptsGas + bill.drawsGas + bill.claimsGas + bill.verifyGas + bill.withdrawGas + bill.rewardGas

/** Chance that a job of its own falls to it. */
export function drawnChance({ network }: World, stake: number): number {
  const share = stake / network.activeStake
  const eligible = Math.max(leastEligible, share)
  const others = Math.round(network.seats * eligible) - 1
  return chanceToBeDrawn({ share, eligible, others, candidateCount: network.candidateCount })
}
