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

const { requiredPart, minExpectedWork, seats, activeStake, minClaimStake } = base.network
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const plenty = Number.MAX_VALUE

/** Spans of the contract's rule until it settles, from spans of real work only. What each one's counts in the last two. */
function settled(workers: readonly Worker[], real: number) {
  let [before, present] = [[real], [real]] as [number[], number[]]
  for (let span = 0; span < 2_000; span++) {
    before = present
    present = counted(workers, sum(before), minExpectedWork)
  }
  return { work: workers.map((_, place) => (before[place] as number) + (present[place] as number)), before, present }
}

/** Whether the first worker's reward is withheld at the end of a span. */
function isWithheld(workers: readonly Worker[], real: number): boolean {
  const { work } = settled(workers, real)
  const expected = (workers[0] as Worker).share * sum(work)
  return expected >= minExpectedWork && (work[0] as number) < requiredPart * expected
}

/** An honest seat first, others like it, and a large and some small seats of who pads as much as counts. */
function attacked(real: number, smallSeats: number, stake: number): Worker[] {
  const small = minClaimStake / activeStake
  const large = stake / activeStake - smallSeats * small
  const share = (1 - stake / activeStake) / (seats - smallSeats - 1)
  return [
    ...Array.from({ length: seats - smallSeats - 1 }, () => ({ done: real * share, share })),
    { done: plenty, share: large },
    ...Array.from({ length: smallSeats }, () => ({ done: plenty, share: small })),
  ]
}

test('the limit is the same as in the contract', () => {
  const source = readFileSync('contracts/src/BondingEarnings.sol', 'utf8')
  expect(source).toContain(
    `limit = (${capFactor} * networkWork.inSpan(span - 1)).fullMulDiv(stake, present.activeStake)`,
  )
  expect(source).toContain('if (limit < values.minExpectedWork) limit = values.minExpectedWork')
})

test.each([0.01, 0.1, 0.2, 0.225])('fake work of a share of %d settles where the formula says', (share) => {
  const real = spanDemand(base)
  const workers = [
    { done: real, share: 1 - share },
    { done: plenty, share },
  ]
  expect((settled(workers, real).present[1] as number) / real).toBeCloseTo(padding(share), 9)
})

test('others who do all they should fall short from 23 % of all stake on, and from a quarter there is no end to it', () => {
  const share = sharePadding(requiredPart)
  expect(share).toBeCloseTo(9 / 39, 12)
  expect(requiredOfOthers(requiredPart, share)).toBeCloseTo(1, 9)
  expect(requiredOfOthers(requiredPart, 0)).toBe(requiredPart)
  expect(leastPaddingStake(base, spanDemand(base), 0) / activeStake).toBeCloseTo(share, 9)
  expect(padding(0.25)).toBe(Infinity)
})

test.each([1 / seats, 0.05, 0.2])('a demand that collapses lets a share of %d put others below for once', (share) => {
  const after = (fall: number) => {
    const real = 1e6 * minExpectedWork
    const [honest, liar] = [
      { done: real * (1 - share), share: 1 - share },
      { done: plenty, share },
    ]
    const before = sum(settled([honest, liar], real).present)
    const present = counted([{ ...honest, done: honest.done / fall }, liar], before, minExpectedWork)
    return (present[0] as number) < requiredPart * honest.share * sum(present)
  }
  const fall = collapse(requiredPart, share)
  expect(after(fall * 1.001)).toBe(true)
  expect(after(fall * 0.999)).toBe(false)
})

describe('the least stake that puts others below', () => {
  const demands = [0.1, 1, 10, 100].map((streams) => spanDemand({ ...base, market: { ...base.market, streams } }))
  const cases = demands.flatMap((real) => [0, 10, 50, 100].map((smallSeats) => ({ real, smallSeats })))

  test.each(cases)('of $smallSeats small seats, beside $real units a span', ({ real, smallSeats }) => {
    const stake = leastPaddingStake(base, real, smallSeats)
    // At a tenth exactly nobody falls short: a thousandth more stake is needed, and a thousandth less is too little.
    expect(isWithheld(attacked(real, smallSeats, stake * 1.001), real)).toBe(true)
    const less = stake * 0.999
    if (less > smallSeats * minClaimStake) expect(isWithheld(attacked(real, smallSeats, less), real)).toBe(false)
  })

  test('is not less in seats of the others’ size: more counts there than the least', () => {
    const real = demands[1] as number
    // Whoever is expected to do `least` in two spans has a share of which four times one span is twice that.
    const share = minExpectedWork / (2 * real)
    expect(counted([{ done: plenty, share }], real, minExpectedWork)[0]).toBeCloseTo(2 * minExpectedWork, 0)
  })
})

test('what withholding brings is a part of what it takes', () => {
  const { takes, brings } = withholding(base, 0.2)
  expect(takes).toBeCloseTo(0.8 * 8, 9)
  expect(brings).toBeCloseTo(takes * 0.1, 9)
})

describe('an honest demand that grows', () => {
  test('loses nothing up to four times a span, and then what is beyond, until it is caught up with', () => {
    expect(lostToGrowth(1)).toEqual([])
    expect(lostToGrowth(4)).toEqual([])
    expect(lostToGrowth(10)).toEqual([1 - 4 / 10])
    expect(lostToGrowth(100)).toEqual([1 - 4 / 100, 1 - 16 / 100, 1 - 64 / 100])
  })

  test('puts nobody below who does his share, though it begins with nothing, up to a tenth of the seats’ stake', () => {
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
