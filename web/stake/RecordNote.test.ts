import { parseEther, toHex } from 'viem'
import { describe, expect, it } from 'vitest'
import { isWithheld, recordNotesOf, workShare } from './RecordNote'
import type { Staking } from './Staking'
import type { Transcoder } from './Transcoder'

const clock = { block: 10_000n, timeMs: 0, blockTimeMs: 1_000 }
const staking: Pick<Staking, 'round' | 'terms'> = {
  round: {
    ...{ number: 3n, initialized: true, locked: false, startBlock: 9_990n, lockBlock: 10_017n, endBlock: 10_020n },
    ...{ initializedRounds: 3n, clock },
  },
  terms: {
    ...{ unbondingPeriod: 150n, missedRewardSlash: 30_000n, missedRewardRounds: 3n, failedVerificationSlash: 50_000n },
    ...{ missedVerificationSlash: 100_000n, equivocationSlash: 200_000n, competitivenessTolerance: 900_000n },
    ...{ minExpectedWork: 1_000n, maxRoundSlash: 300_000n, minSelfStake: parseEther('1') },
  },
}
const transcoder = (values: Partial<Transcoder>): Transcoder => ({
  ...{ address: toHex(1, { size: 20 }), stake: parseEther('100'), pricePerUnit: 100n, blockRewardCut: 100_000n },
  ...{ feeShare: 250_000n, isAvailable: true, standing: 'active', hasRewarded: true, missedRewards: 0 },
  ...{ checks: { failures: 0, verdicts: 0 }, work: { done: 0n, expected: 0n }, cut: 0n, ...values },
})
const texts = (values: Partial<Transcoder>) => recordNotesOf(transcoder(values), staking).map(({ text }) => text)

describe('recordNotesOf', () => {
  it('puts the worst note first', () => {
    const values: Partial<Transcoder> = {
      ...{ checks: { failures: 2, verdicts: 40 }, work: { done: 99n, expected: 1_000n }, cut: parseEther('5') },
      missedRewards: 2,
    }
    expect(texts(values)).toEqual([
      '5 LPT slashed in the last 2 hours',
      'Failed 2 of its last 40 checks',
      'Receives no rewards now: too little work for its stake',
      'Missed 2 rewards in a row',
    ])
  })

  it('gives a plain tone to a note that reports no fault', () => {
    expect(recordNotesOf(transcoder({ checks: { failures: 0, verdicts: 12 } }), staking)).toEqual([
      { tone: 'plain', text: 'Passed its last 12 checks' },
      { tone: 'plain', text: 'Minted its reward of this round' },
    ])
  })

  it.each<[number, number, string]>([
    [0, 0, 'Not checked yet'],
    [0, 1, 'Passed its only check'],
    [1, 1, 'Failed its only check'],
    [1, 2, 'Failed 1 of its last 2 checks'],
  ])('writes %i failures in %i verdicts as: %s', (failures, verdicts, text) => {
    expect(texts({ checks: { failures, verdicts } })).toContain(text)
  })

  it('leaves out the note about the reward while there is no reward to mint', () => {
    expect(texts({ hasRewarded: undefined })).toEqual(['Not checked yet'])
    expect(texts({ hasRewarded: false })).toContain('Has not minted its reward of this round yet')
    expect(texts({ missedRewards: 1 })).toContain('Missed the last reward')
  })
})

describe('the work of a transcoder, compared with its stake', () => {
  const of = (done: bigint, expected: bigint) => {
    const one = transcoder({ work: { done, expected } })
    return [workShare(one, staking.terms), isWithheld(one, staking.terms)]
  }

  it('is too little for rewards if the work is below 10 % of the expected work, as in the contract', () => {
    expect(of(100n, 1_000n)).toEqual([0.1, false])
    expect(of(99n, 1_000n)).toEqual([0.099, true])
    expect(of(2_500n, 1_000n)).toEqual([2.5, false])
  })

  it('is not compared with the expected work, and is no reason to withhold rewards, if the expected work is below the minimum', () => {
    expect(of(0n, 999n)).toEqual([undefined, false])
    expect(of(5n, 0n)).toEqual([undefined, false])
  })
})
