import { formatEther } from 'viem'
import type { StatusJson } from '../gateway/StatusJson'

/** The round and the relay's seat, as text for people. `at` returns the expected time of a block, as text. */
export function roundReport({ round, seat }: StatusJson, at: (block: string) => string): string[] {
  if (!round || !seat) return []
  const { own, delegated, missing } = seat.stake
  const needed = missing === '0' ? '' : ` (a seat needs ${lpt(missing)} LPT more)`
  const stake = `${lpt(own)} LPT of its own${needed}, ${lpt(delegated)} LPT delegated`
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
    `price ${pricePerUnit} wei a unit, reward cut ${percent(blockRewardCut)}, fee share ${percent(feeShare)}`,
  ]
}

function clock(round: NonNullable<StatusJson['round']>, at: (block: string) => string): string {
  if (round.locked) return round.initialized ? 'rates are locked' : 'not initialized yet'
  return `rates will be locked ${at(round.lockBlock)}`
}

/** Says how much of the expected work is done. If less than the required part is done, `reward` mints nothing. */
function workOf({ done, expected, required }: NonNullable<StatusJson['seat']>['work']): string {
  if (expected === '0') return 'not expected: the network has too little work, or the seat is new'
  const share = `${(BigInt(done) * 100n) / BigInt(expected)} % of the expected work`
  const isEnough = BigInt(done) * 1_000_000n >= BigInt(expected) * BigInt(required)
  return `${share} (at least ${percent(required)} needed${isEnough ? '' : ': with less, a reward mints nothing'})`
}

function verdictsOn({ verdicts, failures }: NonNullable<StatusJson['seat']>['verifications']): string {
  if (verdicts === '0') return 'none yet'
  return `${failures === '0' ? 'no' : failures} ${failures === '1' ? 'failure' : 'failures'} in the last ${verdicts}`
}

const seats = {
  active: 'active',
  seated: 'active from the next round on',
  waiting: 'waiting for a seat (other transcoders have more stake)',
  none: 'not registered as a transcoder yet',
}

const rewards = { none: 'none in this round', due: 'not called yet', called: 'called' }

/** LPT with at most four decimals, rounded down. The output of `--json` has all decimals. */
function lpt(units: string): string {
  const [whole, fraction = ''] = formatEther(BigInt(units)).split('.')
  return `${whole}.${fraction.slice(0, 4)}`.replace(/\.?0*$/, '')
}

const percent = (millionths: string) => `${Number(millionths) / 10_000} %`
