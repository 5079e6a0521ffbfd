import { type Address, isAddressEqual } from 'viem'
import type { Slashing } from './Slashing'

/** The number of rounds of a history. */
export const historyRounds = 30

/** An event, and its place in the chain. Amounts of LPT are in units of 10^-18 LPT, fees in wei, rates in parts per million. */
export type HistoryEvent = { block: bigint; logIndex: number } & (
  | { name: 'PoolLocked'; round: bigint; guest: Address }
  | { name: 'TranscoderSeated' | 'TranscoderEvicted' | 'TranscoderResigned' }
  | { name: 'Reward'; round: bigint; amount: bigint; cut: bigint }
  | { name: 'FeesShared'; round: bigint; amount: bigint; shared: bigint }
  | { name: 'TranscoderUpdate'; pricePerUnit: bigint; blockRewardCut: bigint; feeShare: bigint }
)

export type RateChange = Extract<HistoryEvent, { name: 'TranscoderUpdate' }>

/** The last rounds of a transcoder. Everything is newest first. */
export type History = {
  rounds: readonly HistoryRound[]
  rates: readonly RateChange[]
  slashings: readonly Slashing[]
}

/**
 * A round in which the transcoder was active, or in which it was paid fees. `reward`: whether it has called `reward`. `due`: the round has not
 * ended, so the call can still come. `none`: it was not active. `amount`: the minted reward, 0 if the reward was withheld.
 */
export type HistoryRound = {
  round: bigint
  reward: 'called' | 'missed' | 'due' | 'none'
  amount: bigint
  /** The part of the reward that the transcoder kept. */
  cut: bigint
  feesWei: bigint
  /** The part of the fees that all stake of the transcoder received. */
  sharedWei: bigint
}

/** The history of `transcoder` from the events of the last rounds. `isSeated`: whether it has a seat after the last event. */
export function historyOf(
  events: readonly HistoryEvent[],
  { transcoder, isSeated, round: present }: { transcoder: Address; isSeated: boolean; round: bigint },
): Omit<History, 'slashings'> {
  const ordered = [...events].sort((a, b) => Number(a.block - b.block) || a.logIndex - b.logIndex)
  const rounds = new Map<bigint, HistoryRound>()
  const at = (round: bigint): HistoryRound => {
    const known = rounds.get(round)
    if (known) return known
    const empty: HistoryRound = { round, reward: 'none', amount: 0n, cut: 0n, feesWei: 0n, sharedWei: 0n }
    rounds.set(round, empty)
    return empty
  }
  let hasSeat = hadSeat(ordered, isSeated)
  for (const event of ordered) {
    switch (event.name) {
      case 'TranscoderSeated':
        hasSeat = true
        break
      case 'TranscoderEvicted':
      case 'TranscoderResigned':
        hasSeat = false
        break
      case 'PoolLocked':
        // An account with a seat at this moment is active in the round, and so is the guest of the round.
        if (!hasSeat && !isAddressEqual(event.guest, transcoder)) break
        at(event.round).reward = event.round < present ? 'missed' : 'due'
        break
      case 'Reward':
        Object.assign(at(event.round), { reward: 'called', amount: event.amount, cut: event.cut })
        break
      case 'FeesShared':
        at(event.round).feesWei += event.amount
        at(event.round).sharedWei += event.shared
        break
    }
  }
  return {
    rounds: [...rounds.values()].sort((a, b) => Number(b.round - a.round)).slice(0, historyRounds),
    rates: ordered.filter((event) => event.name === 'TranscoderUpdate').reverse(),
  }
}

const seatEvents: ReadonlySet<string> = new Set(['TranscoderSeated', 'TranscoderEvicted', 'TranscoderResigned'])

/** Whether the transcoder had a seat before the first event. The first event about its seat says so. */
function hadSeat(ordered: readonly HistoryEvent[], isSeated: boolean): boolean {
  const first = ordered.find(({ name }) => seatEvents.has(name))
  if (!first) return isSeated
  // An account that resigned may have been on the waitlist, so the page does not say that it missed rewards before.
  return first.name === 'TranscoderEvicted'
}

/** In how many of the rounds in which a reward was due the transcoder has called `reward`. */
export function rewardCalls({ rounds }: Pick<History, 'rounds'>): { called: number; due: number } {
  const count = (wanted: HistoryRound['reward']) => rounds.filter(({ reward }) => reward === wanted).length
  const called = count('called')
  return { called, due: called + count('missed') }
}

/** All fees of the rounds, in wei. */
export const feesOf = ({ rounds }: Pick<History, 'rounds'>): bigint =>
  rounds.reduce((sum, { feesWei }) => sum + feesWei, 0n)
