import { parseEther, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { stakingOf, transcoderOf } from '../testbeds/staking'
import type { Intent } from './Intent'
import { reviewOf } from './Review'
import type { Staking } from './Staking'
import type { Transcoder } from './Transcoder'

const [me, first, second] = [1, 2, 3].map((id) => toHex(id, { size: 20 })) as [
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
]
const transcoder = (address: `0x${string}`): Transcoder => transcoderOf(0, { address })
const clock = { block: 0n, timeMs: new Date(2026, 10, 1, 12).getTime(), blockTimeMs: 12_000 }
const lock = { id: 0n, amount: parseEther('2'), withdrawBlock: 21_600n, delegate: first }
const staking: Staking = stakingOf({
  round: {
    ...{ number: 0n, initialized: true, locked: false, startBlock: 0n, lockBlock: 6_480n, endBlock: 7_200n },
    ...{ initializedRounds: 1n, clock },
  },
  terms: {
    ...{ unbondingPeriod: 216_000n, missedRewardSlash: 30_000n, missedRewardRounds: 7n },
    ...{ maxRoundSlash: 300_000n, minSelfStake: parseEther('3') },
    ...{ failedVerificationSlash: 50_000n, missedVerificationSlash: 100_000n, equivocationSlash: 200_000n },
    ...{ competitivenessTolerance: 900_000n, minExpectedWork: 1_000n, lowWorkSlash: 0n },
    poolSize: 144n,
  },
  transcoders: [transcoder(first), transcoder(second)],
  position: {
    ...{ account: me, delegate: first, stake: parseEther('10'), feesWei: parseEther('0.5'), balance: 0n },
    ...{ locks: [lock], exposed: undefined },
  },
})
const all: readonly Intent[] = [
  { kind: 'bond', to: first, amount: parseEther('1') },
  { kind: 'move', to: second },
  { kind: 'unbond', amount: parseEther('4') },
  { kind: 'rebond', lock, to: first },
  { kind: 'withdrawStake', lock },
  { kind: 'withdrawFees' },
  { kind: 'initializeRound' },
]

// The text of a date depends on whether it is today.
beforeAll(() => vi.useFakeTimers({ toFake: ['Date'], now: clock.timeMs }))
afterAll(() => vi.useRealTimers())

describe('reviewOf', () => {
  it.each(all)('says for $kind what happens, when it happens, and what the person can lose', (intent) => {
    const { happens, when, risk } = reviewOf(intent, staking)
    for (const text of [happens, when, risk]) expect(text).toMatch(/^[A-Z0-9].*\.$/)
    expect(happens + when + risk).not.toMatch(/undefined|NaN|Invalid|bond/)
  })

  it('gives the first date on which unstaked LPT can be withdrawn, and the remaining stake', () => {
    const { happens, when } = reviewOf({ kind: 'unbond', amount: parseEther('4') }, staking)
    expect(happens).toContain('6 LPT stays staked.')
    expect(when).toContain('1 Dec, 12:00')
    expect(when).toContain('about 30 days')
  })

  it('names the rates of the transcoder, and the slashed share of the stake for each fault', () => {
    const { happens, risk } = reviewOf({ kind: 'bond', to: first, amount: 1n }, staking)
    expect(happens).toContain(
      'keeps 10\u00a0% of each reward (its reward cut) and shares 25\u00a0% of its fees (its fee share)',
    )
    expect(risk).toContain(
      'its own stake is slashed first. If its own stake does not suffice, your stake is slashed too.',
    )
    expect(risk).toContain(
      'all stake of the transcoder: 5\u00a0% for a wrong segment, 10\u00a0% for a segment that it does not show',
    )
    expect(risk).toContain(
      '20\u00a0% for two different results for one segment, and 3\u00a0% for 7 missed rewards in a row.',
    )
    const strict = { ...staking, terms: { ...staking.terms, lowWorkSlash: 10_000n } }
    expect(reviewOf({ kind: 'bond', to: first, amount: 1n }, strict).risk).toContain(
      '3\u00a0% for 7 missed rewards in a row, and 1\u00a0% for too little work for its stake.',
    )
  })

  it('names the faults on the transcoder’s record, and does not mention a record without faults', () => {
    const checks = { verdicts: 9, failures: 1, invalid: 0, unavailable: 1 }
    const faulty = { ...transcoder(second), checks, missedRewards: 2, hasRewarded: true }
    const with2 = { ...staking, transcoders: [transcoder(first), faulty] }
    for (const intent of [{ kind: 'move', to: second } as const, { kind: 'bond', to: second, amount: 1n } as const])
      expect(reviewOf(intent, with2).risk).toMatch(
        /30\u00a0% of this stake\. Its record: did not answer in 1 of its last 9 checks; missed 2 rewards in a row\.$/,
      )
    expect(reviewOf({ kind: 'bond', to: first, amount: 1n }, with2).risk).not.toContain('Its record')
  })

  it('gives the largest part of the stake that the slashes of one round take together', () => {
    const { risk } = reviewOf({ kind: 'bond', to: first, amount: 1n }, staking)
    expect(risk).toContain('All slashes of one round together take at most 30\u00a0% of this stake.')
  })

  it('says that the former transcoder’s work puts moved or unstaked LPT at risk only if the work was claimed before the LPT left', () => {
    expect(reviewOf({ kind: 'move', to: second }, staking).risk).toContain('claimed before the move')
    expect(reviewOf({ kind: 'unbond', amount: 1n }, staking).risk).toContain('claimed before you unstake')
  })

  it('warns a transcoder that unstakes so much that its own stake becomes too small', () => {
    const own = { ...staking, position: { ...(staking.position as NonNullable<Staking['position']>), account: first } }
    const happens = (amount: string) => reviewOf({ kind: 'unbond', amount: parseEther(amount) }, own).happens
    for (const amount of ['10', '7.1'])
      expect(happens(amount)).toContain(
        'This also ends your work as a transcoder, because a transcoder needs an own stake of 3 LPT.',
      )
    expect(happens('7')).not.toContain('ends your work')
    expect(reviewOf({ kind: 'unbond', amount: parseEther('10') }, staking).happens).not.toContain('ends your work')
  })
})
