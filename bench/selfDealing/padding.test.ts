import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { base } from './Market'
import {
  capFactor,
  collapse,
  counted,
  leastPaddingStake,
  lostToGrowth,
  padding,
  requiredOfOthers,
  sharePadding,
  spanDemand,
  type Worker,
  withholding,
} from './padding'

const { requiredPart, minExpectedWork, seats, activeStake, minSelfStake } = base.network
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const unlimitedWork = Number.MAX_VALUE

/**
 * Computes the counted work of 2,000 spans in a row. In the last few of these spans, the counted work is constant. The span
 * before the 2,000 spans has only real work. `work`: each worker's counted work in the last two spans together.
 */
function settled(workers: readonly Worker[], real: number) {
  let [before, present] = [[real], [real]] as [number[], number[]]
  for (let span = 0; span < 2_000; span++) {
    before = present
    present = counted(workers, sum(before), minExpectedWork)
  }
  return { work: workers.map((_, place) => (before[place] as number) + (present[place] as number)), before, present }
}

/** Whether the contract withholds the first worker's reward at the end of the last span. */
function isWithheld(workers: readonly Worker[], real: number): boolean {
  const { work } = settled(workers, real)
  const expected = (workers[0] as Worker).share * sum(work)
  return expected >= minExpectedWork && (work[0] as number) < requiredPart * expected
}

/**
 * The workers of an attack by a padder. A _padder_ is a transcoder that does fake work up to its cap in each span, so that the others must
 * work more. First come the honest seats, with equal stakes, then the large seat of the padder, then its small seats. `stake`: the stake of
 * all seats of the padder together, in LPT.
 */
function attacked(real: number, smallSeats: number, stake: number): Worker[] {
  const small = minSelfStake / activeStake
  const large = stake / activeStake - smallSeats * small
  const share = (1 - stake / activeStake) / (seats - smallSeats - 1)
  return [
    ...Array.from({ length: seats - smallSeats - 1 }, () => ({ done: real * share, share })),
    { done: unlimitedWork, share: large },
    ...Array.from({ length: smallSeats }, () => ({ done: unlimitedWork, share: small })),
  ]
}

test('the contract multiplies by `capFactor` to compute the cap of a transcoder', () => {
  const source = readFileSync('contracts/src/bonding/Rewards.sol', 'utf8')
  expect(source).toContain(
    `limit = (${capFactor} * s.networkWorkIn(span - 1)).fullMulDiv(stakeInForce(s, transcoder), activeStake)`,
  )
  expect(source).toContain('return limit.max(s.terms.minExpectedWork)')
})

test.each([0.01, 0.1, 0.2, 0.225])(
  'a padder with the share %d of the active stake: its counted work ÷ the work of all others converges to `padding`',
  (share) => {
    const real = spanDemand(base)
    const workers = [
      { done: real, share: 1 - share },
      { done: unlimitedWork, share },
    ]
    expect((settled(workers, real).present[1] as number) / real).toBeCloseTo(padding(share), 9)
  },
)

test('with more than 23 % of the active stake, a padder makes others lose their rewards although they do all their drawn work; with 25 %, its counted work has no limit', () => {
  const share = sharePadding(requiredPart)
  expect(share).toBeCloseTo(9 / 39, 12)
  expect(requiredOfOthers(requiredPart, share)).toBeCloseTo(1, 9)
  expect(requiredOfOthers(requiredPart, 0)).toBe(requiredPart)
  expect(leastPaddingStake(base, spanDemand(base), 0) / activeStake).toBeCloseTo(share, 9)
  expect(padding(0.25)).toBe(Infinity)
})

test.each([1 / seats, 0.05, 0.2])(
  'a padder with the share %d of the active stake: the others lose their rewards only if demand falls by more than the factor `collapse`',
  (share) => {
    const after = (fall: number) => {
      const real = 1e6 * minExpectedWork
      const [honest, liar] = [
        { done: real * (1 - share), share: 1 - share },
        { done: unlimitedWork, share },
      ]
      const before = sum(settled([honest, liar], real).present)
      const present = counted([{ ...honest, done: honest.done / fall }, liar], before, minExpectedWork)
      return (present[0] as number) < requiredPart * honest.share * sum(present)
    }
    const fall = collapse(requiredPart, share)
    expect(after(fall * 1.001)).toBe(true)
    expect(after(fall * 0.999)).toBe(false)
  },
)

describe('leastPaddingStake', () => {
  const demands = [0.1, 1, 10, 100].map((streams) => spanDemand({ ...base, market: { ...base.market, streams } }))
  const cases = demands.flatMap((real) => [0, 10, 50, 100].map((smallSeats) => ({ real, smallSeats })))

  test.each(cases)(
    'is correct to 0.1 % if the padder has $smallSeats small seats and all broadcasters together buy $real units of work per span',
    ({ real, smallSeats }) => {
      const stake = leastPaddingStake(base, real, smallSeats)
      // If a transcoder does exactly the required work, its reward is not withheld. So the test uses 0.1 % more stake and 0.1 % less stake.
      expect(isWithheld(attacked(real, smallSeats, stake * 1.001), real)).toBe(true)
      const less = stake * 0.999
      if (less > smallSeats * minSelfStake) expect(isWithheld(attacked(real, smallSeats, less), real)).toBe(false)
    },
  )

  test('does not change if the padder moves stake to a small seat that has to work: the cap of this seat and the cap of the large seat are proportional to their stakes', () => {
    const real = demands[1] as number
    // This seat has the least stake with which a transcoder has to work: its expected work in two spans is `minExpectedWork`.
    const share = minExpectedWork / (2 * real)
    expect(counted([{ done: unlimitedWork, share }], real, minExpectedWork)[0]).toBeCloseTo(2 * minExpectedWork, 0)
  })
})

test('if the rewards of the others are withheld, the gain of the padder is the loss of the others × the padder’s part of all LPT', () => {
  const { loss, gain } = withholding(base, 0.2)
  expect(loss).toBeCloseTo(0.8 * 8, 9)
  expect(gain).toBeCloseTo(loss * 0.1, 9)
})

describe('if demand grows from one span to the next', () => {
  test('all real work counts if the factor of growth is at most 4; if the factor is larger, only the work up to the cap counts', () => {
    expect(lostToGrowth(1)).toEqual([])
    expect(lostToGrowth(4)).toEqual([])
    expect(lostToGrowth(10)).toEqual([1 - 4 / 10])
    expect(lostToGrowth(100)).toEqual([1 - 4 / 100, 1 - 16 / 100, 1 - 64 / 100])
  })

  test('in the first span with demand, a transcoder with less stake than ten average seats keeps its rewards; with more stake, it loses them in this span only', () => {
    const beginning = (share: number) => {
      const real = 1e6 * minExpectedWork
      const others = Array.from({ length: seats - 1 }, () => ({ share: (1 - share) / (seats - 1) }))
      const workers = [{ share }, ...others].map((each) => ({ ...each, done: each.share * real }))
      const first = counted(workers, 0, minExpectedWork)
      const second = counted(workers, sum(first), minExpectedWork)
      const falls = (work: number, all: number) => work < requiredPart * share * all
      return [
        falls(first[0] as number, sum(first)),
        falls((first[0] as number) + (second[0] as number), sum(first) + sum(second)),
      ]
    }
    const most = 1 / (requiredPart * seats)
    expect(beginning(most * 0.999)).toEqual([false, false])
    expect(beginning(most * 1.001)).toEqual([true, false])
    expect(beginning(0.25)).toEqual([true, false])
  })
})
