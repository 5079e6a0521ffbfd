import { chanceToBeDrawn } from './draw'
import { gas, maxSegmentSeconds, maxSegmentsPerClaim } from './gas'
import { demand, type World } from './Market'
import { mostUnitsPerSecond } from './Network'

/** The contract counts the work of a job only if the transcoders that could be drawn for it hold at least this part of the active stake. */
export const leastEligible = 0.5

/**
 * The part of all rounds in which a transcoder with this stake does not have to work. It has to work if its expected work in the previous
 * span and in the present span so far is at least `minExpectedWork`. At the start of a span, this is the expected work of one span. At the
 * end of a span, it is the expected work of nearly two spans.
 */
export function exemptPart(world: World, stake: number): number {
  const { minExpectedWork, spanRounds, activeStake } = world.network
  const inSpan = (stake / activeStake) * demand(world) * spanRounds
  return Math.min(1, Math.max(0, minExpectedWork / inSpan - 1))
}

/** The largest stake with which a transcoder never has to work. */
export const exemptStake = (world: World): number =>
  (world.network.minExpectedWork * world.network.activeStake) / (demand(world) * 2 * world.network.spanRounds)

/**
 * The work that a self-dealer with this stake must do, in units per round. A self-dealer does only fake work: the work of jobs that it posts
 * itself. Its fake work raises the work of all transcoders together, and this raises the work that it must do.
 */
export function requiredWork(world: World, stake: number): number {
  if (exemptPart(world, stake) === 1) return 0
  const part = (world.network.requiredPart * stake) / world.network.activeStake
  return (part / (1 - part)) * demand(world)
}

/** The gas that a self-dealer pays in a round on average, by step. */
export type Bill = {
  /** The mean number of jobs that the self-dealer posts in a round. It posts jobs until it is drawn for enough of them. */
  attempts: number
  /** The gas of posting these jobs and releasing their reserves. */
  attemptsGas: number
  firstClaimsGas: number
  claimsGas: number
  verifyGas: number
  withdrawGas: number
  rewardGas: number
}

/**
 * The gas of the cheapest known way to do fake work. The jobs have the largest ladder, the smallest picture and the longest duration. Their
 * price is so low that many transcoders do not accept it. The transcoders that accept it, together with the self-dealer, hold half of the
 * active stake. Reading the draw costs no gas, and the first claim records the draw. The contract judges a transcoder by its work in the
 * previous span and in the present span. So one claim can be enough for two spans: the self-dealer claims at the start of the first span.
 * All segments have the maximum length.
 */
export function billOf(world: World, stake: number): Bill {
  const { network } = world
  const work = requiredWork(world, stake)
  const least = work === 0 ? 0 : 1 / (2 * network.spanRounds)
  const secondsPerRound = work / mostUnitsPerSecond
  // The contract counts at most one second of work for each second since the job's block. If one job cannot give enough work, several jobs
  // are necessary.
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

/** The chance that a self-dealer is a candidate of its own job. */
export function drawnChance({ network }: World, stake: number): number {
  const share = stake / network.activeStake
  const eligible = Math.max(leastEligible, share)
  const others = Math.round(network.seats * eligible) - 1
  return chanceToBeDrawn({ share, eligible, others, candidateCount: network.candidateCount })
}
