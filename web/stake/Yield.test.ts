import { parseEther } from 'viem'
import { describe, expect, it } from 'vitest'
import { stakingOf, transcoderOf } from '../testbeds/staking'
import type { History } from './History'
import { assumptionsOf, yieldOf } from './Yield'

/** 0.04 % of all LPT each day, and half of all LPT staked. */
const daily = { inflation: 0.000_4, participation: 0.5, rewardCut: 0, calls: 1, roundsPerYear: 365.25 }

describe('yieldOf', () => {
  it('shares the minted LPT among all LPT that is staked with active transcoders', () => {
    expect(yieldOf(daily).perRound).toBeCloseTo(0.000_8, 10)
    expect(yieldOf({ ...daily, participation: 0.25 }).perRound).toBeCloseTo(0.001_6, 10)
  })

  it('leaves out the part that the transcoder keeps, and the rounds in which it does not call `reward`', () => {
    expect(yieldOf({ ...daily, rewardCut: 0.25 }).perRound).toBeCloseTo(0.000_6, 10)
    expect(yieldOf({ ...daily, calls: 0.5 }).perRound).toBeCloseTo(0.000_4, 10)
    expect(yieldOf({ ...daily, rewardCut: 1 })).toMatchObject({ perRound: 0, perYear: 0 })
  })

  it('adds the rewards of each round to the stake', () => {
    const { perYear, supply } = yieldOf(daily)
    expect(perYear).toBeCloseTo(1.000_8 ** 365.25 - 1, 10)
    expect(supply).toBeCloseTo(1.000_4 ** 365.25 - 1, 10)
  })
})

describe('assumptionsOf', () => {
  const staking = stakingOf({
    transcoders: [
      transcoderOf(1, { stake: parseEther('3000000') }),
      transcoderOf(2, { stake: parseEther('1000000') }),
      transcoderOf(3, { stake: parseEther('5000000'), standing: 'waiting' }),
    ],
  })
  const [transcoder] = staking.transcoders as [ReturnType<typeof transcoderOf>]
  const round = { round: 1n, amount: 0n, cut: 0n, feesWei: 0n, sharedWei: 0n }
  const historyOf = (...rewards: History['rounds'][number]['reward'][]): History => ({
    ...{ rounds: rewards.map((reward) => ({ ...round, reward })), rates: [], slashings: [] },
  })

  it('takes the inflation, the active stake and the reward cut from the chain, and a year of rounds from their length', () => {
    expect(assumptionsOf(transcoder, { staking, history: undefined })).toEqual({
      ...{ inflation: 0.000_4, participation: 0.4, rewardCut: 0.1, calls: 1, roundsPerYear: 31_557_600 / 30 },
    })
    const empty = { ...staking, transcoders: [] }
    expect(assumptionsOf(transcoder, { staking: empty, history: undefined }).participation).toBe(0)
  })

  it('expects that the transcoder calls `reward` as often as in the last rounds', () => {
    const calls = (history: History) => assumptionsOf(transcoder, { staking, history }).calls
    expect(calls(historyOf('due', 'called', 'missed', 'none'))).toBe(0.5)
    expect(calls(historyOf('due', 'none'))).toBe(1)
  })
})
