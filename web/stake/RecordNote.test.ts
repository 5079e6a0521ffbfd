import { parseEther } from 'viem'
import { describe, expect, it } from 'vitest'
import { stakingOf, transcoderOf } from '../testbeds/staking'
import { isWithheld, recordNotesOf, workShare } from './RecordNote'
import * as Slashing from './Slashing'
import type { Checks, Transcoder } from './Transcoder'

const staking = stakingOf()
const transcoder = (values: Partial<Transcoder>) => transcoderOf(1, { hasRewarded: true, ...values })
const passed = { failures: 0, invalid: 0, unavailable: 0 }
const texts = (values: Partial<Transcoder>) => recordNotesOf(transcoder(values), staking).map(({ text }) => text)

describe('recordNotesOf', () => {
  it('puts the worst note first', () => {
    const values: Partial<Transcoder> = {
      ...{ checks: { verdicts: 40, failures: 2, invalid: 2, unavailable: 0 }, work: { done: 99n, expected: 1_000n } },
      ...{ slashed: { ...Slashing.none, invalid: parseEther('5') }, missedRewards: 2 },
    }
    expect(texts(values)).toEqual([
      '5 LPT slashed for wrong work, in the last 2 hours',
      'Wrong work in 2 of its last 40 checks',
      'Receives no rewards now: too little work for its stake',
      'Missed 2 rewards in a row',
    ])
  })

  it('tells a relay that was away in other words, and in another tone, than a transcoder that cheated', () => {
    const values: Partial<Transcoder> = {
      checks: { verdicts: 40, failures: 6, invalid: 1, unavailable: 3 },
      slashed: {
        ...{
          silence: parseEther('4'),
          duty: parseEther('3'),
          contradiction: parseEther('2'),
          invalid: parseEther('1'),
        },
      },
    }
    expect(recordNotesOf(transcoder({ ...values, hasRewarded: undefined }), staking)).toEqual([
      { tone: 'bad', text: '1 LPT slashed for wrong work, in the last 2 hours' },
      { tone: 'bad', text: '2 LPT slashed for two different results for one segment, in the last 2 hours' },
      { tone: 'bad', text: 'Wrong work in 1 of its last 40 checks' },
      { tone: 'warn', text: '4 LPT slashed because it did not answer a check, in the last 2 hours' },
      { tone: 'warn', text: '3 LPT slashed for missed rewards, in the last 2 hours' },
      { tone: 'warn', text: 'Did not answer in 3 of its last 40 checks' },
      { tone: 'warn', text: 'Failed 2 of its last 40 checks; the page does not know why' },
    ])
    const { terms } = staking
    const duty = { ...staking, terms: { ...terms, lowWorkSlash: 10_000n } }
    expect(recordNotesOf(transcoder({ slashed: { ...Slashing.none, duty: 1n } }), duty)[0]?.text).toContain(
      'slashed for missed rewards or too little work',
    )
  })

  it('gives a plain tone to a note that reports no fault', () => {
    expect(recordNotesOf(transcoder({ checks: { ...passed, verdicts: 12 } }), staking)).toEqual([
      { tone: 'plain', text: 'Passed its last 12 checks' },
      { tone: 'plain', text: 'Minted its reward of this round' },
    ])
  })

  it.each<[Checks, string]>([
    [{ ...passed, verdicts: 0 }, 'Not checked yet'],
    [{ ...passed, verdicts: 1 }, 'Passed its only check'],
    [{ verdicts: 1, failures: 1, invalid: 1, unavailable: 0 }, 'Wrong work in its only check'],
    [{ verdicts: 1, failures: 1, invalid: 0, unavailable: 1 }, 'Did not answer in its only check'],
    [{ verdicts: 1, failures: 1, invalid: 0, unavailable: 0 }, 'Failed its only check; the page does not know why'],
    [{ verdicts: 2, failures: 1, invalid: 1, unavailable: 0 }, 'Wrong work in 1 of its last 2 checks'],
  ])('writes %o as: %s', (checks, text) => {
    expect(texts({ checks })).toContain(text)
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
