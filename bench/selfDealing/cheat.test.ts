import { expect, test } from 'vitest'
import { randomFrom } from '../testbeds/random'
import { breakEvenSegments, cheating, feeOfSegment, forgivenPart, leastHonestStake, slashOf } from './cheat'
import { base } from './Market'
import { typicalUnitsPerSecond } from './Network'

const fee = feeOfSegment(base, typicalUnitsPerSecond, 2)

test('with a stake above `leastHonestStake`, a claim of 1 to 2,048 false segments makes a loss', () => {
  const stake = leastHonestStake(base, fee)
  expect(cheating(base, { stake, ethPerSegment: fee, segments: 1 })).toBeCloseTo(0, 15)
  for (const segments of [1, 2, 10, 100, 500, 2_048])
    expect(cheating(base, { stake: stake * 1.0001, ethPerSegment: fee, segments })).toBeLessThan(0)
})

test('with a stake below `leastHonestStake`, a claim of one false segment is profitable', () => {
  const stake = leastHonestStake(base, fee) * 0.999
  expect(cheating(base, { stake, ethPerSegment: fee, segments: 1 })).toBeGreaterThan(0)
})

test('the expected gain of a claim of false segments agrees with its average gain in 100,000 lotteries', () => {
  const random = randomFrom(5)
  const cheat = { stake: 20, ethPerSegment: fee, segments: 40 }
  const slash = slashOf(base) * cheat.stake * base.market.tokenPrice
  const runs = 100_000
  let brought = 0
  let caught = 0
  for (let run = 0; run < runs; run++) {
    const seen = Array.from({ length: cheat.segments }, random).some((ticket) => ticket < base.network.verificationRate)
    brought += seen ? -slash : cheat.segments * fee
    if (seen) caught++
  }
  const part = 1 - (1 - base.network.verificationRate) ** cheat.segments
  const deviation = (slash + cheat.segments * fee) * Math.sqrt((part * (1 - part)) / runs)
  expect(caught).toBeGreaterThan(0)
  expect(Math.abs(brought / runs - cheating(base, cheat))).toBeLessThan(4 * deviation)
})

test('a transcoder discloses a false segment or hides it, and chooses the smaller loss; if it hides the segment, its ally gets the finder’s fee', () => {
  expect(slashOf(base)).toBe(base.network.failedVerificationSlash)
  const lenient = { ...base, network: { ...base.network, missedVerificationSlash: 0.05 } }
  expect(slashOf(lenient)).toBeCloseTo(0.0475, 12)
})

test('on mainnet, 1 % of the verdicts can be `Unavailable` without a slash; if a single failure exceeds the threshold, every failure is slashed', () => {
  expect(forgivenPart(base.network)).toBeCloseTo(0.01, 12)
  expect(forgivenPart({ ...base.network, failureWindow: 99 })).toBe(0)
})

test('the fees of a claim with `breakEvenSegments` segments are equal to the costs that `1 / verificationRate` false segments save', () => {
  const saving = 0.5
  const segments = breakEvenSegments(base.network, saving)
  expect(segments * fee).toBeCloseTo((saving * fee) / base.network.verificationRate, 15)
})
