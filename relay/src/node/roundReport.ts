import { formatEther } from 'viem'
import type { StatusJson } from '../gateway/StatusJson'

/** The round, and what this relay is in it, for people. `at` says when a block will come. */
export function roundReport({ round, seat }: StatusJson, at: (block: string) => string): string[] {
  if (!round || !seat) return []
  const { own, delegated } = seat.stake
  const stake = `${lpt(own)} LPT of its own, ${lpt(delegated)} LPT delegated`
  const { pricePerUnit, blockRewardCut, feeShare } = seat.terms
  const missed = seat.missedRewards === '0' ? '' : `, ${seat.missedRewards} missed in a row`
  const lines = [
    `round ${round.number}, ends ${at(round.endBlock)}, ${clock(round, at)}`,
    seat.state === 'none' ? seats.none : `${seats[seat.state]}, ${seat.available ? 'open' : 'closed'} for new jobs`,
  ]
  if (seat.state === 'none') return lines
  return [
    ...lines,
    `reward ${rewards[seat.reward]}${missed}`,
    `work ${workOf(seat.work)}`,
    `verdicts ${verdictsOn(seat.verifications)}`,
    `stake ${stake}`,
    `price ${pricePerUnit} wei a unit, keeps ${percent(blockRewardCut)} of rewards, shares ${percent(feeShare)} of fees`,
  ]
}

function clock(round: NonNullable<StatusJson['round']>, at: (block: string) => string): string {
  if (round.locked) return round.initialized ? 'rates stand still' : 'nobody has opened it yet'
  return `rates stand still ${at(round.lockBlock)}`
}

/** By the share that reward depends on. */
function workOf({ done, expected, required }: NonNullable<StatusJson['seat']>['work']): string {
  if (expected === '0') return 'not expected: there is too little of it, or the seat is new'
  const share = `${(BigInt(done) * 100n) / BigInt(expected)} % of the expected share`
  const isEnough = BigInt(done) * 1_000_000n >= BigInt(expected) * BigInt(required)
  return `${share} (at least ${percent(required)} needed${isEnough ? '' : ': rewards mint nothing until then'})`
}

function verdictsOn({ verdicts, failures }: NonNullable<StatusJson['seat']>['verifications']): string {
  if (verdicts === '0') return 'none yet'
  return `${failures === '0' ? 'none' : failures} of the last ${verdicts} a failure`
}

const seats = {
  active: 'active',
  seated: 'active from the next round on',
  waiting: 'waiting for a seat: others have more stake',
  none: 'no transcoder yet',
}

const rewards = { none: 'none in this round', due: 'not called yet', called: 'called' }

/** Whole LPT and four digits: what is behind them, `--json` tells. */
function lpt(units: string): string {
  const [whole, fraction = ''] = formatEther(BigInt(units)).split('.')
  return `${whole}.${fraction.slice(0, 4)}`.replace(/\.?0*$/, '')
}

const percent = (millionths: string) => `${Number(millionths) / 10_000} %`
