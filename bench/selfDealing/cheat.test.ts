import { expect, test } from 'vitest'
import { chance } from '../testbeds/chance'
import { cheating, claimThatForgives, feeOfSegment, forgivenPart, leastHonestStake, slashOf } from './cheat'
import { base } from './Market'
import { typicalUnitsPerSecond } from './Network'

const fee = feeOfSegment(base, typicalUnitsPerSecond, 2)

test('from the least honest stake on, no claim of false segments pays, however long', () => {
  const stake = leastHonestStake(base, fee)
  expect(cheating(base, { stake, ethPerSegment: fee, segments: 1 })).toBeCloseTo(0, 15)
  for (const segments of [1, 2, 10, 100, 500, 2_048])
    expect(cheating(base, { stake: stake * 1.0001, ethPerSegment: fee, segments })).toBeLessThan(0)
})

test('below it, a claim of one false segment pays', () => {
  const stake = leastHonestStake(base, fee) * 0.999
  expect(cheating(base, { stake, ethPerSegment: fee, segments: 1 })).toBeGreaterThan(0)
})

test('what is expected of a cheat is what it gets in 100,000 lotteries', () => {
  const random = chance(5)
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

test('to hide a false segment costs more than to disclose it, though a friend finds it', () => {
  expect(slashOf(base)).toBe(base.network.failedVerificationSlash)
  const lenient = { ...base, network: { ...base.network, missedVerificationSlash: 0.05 } }
  expect(slashOf(lenient)).toBeCloseTo(0.0475, 12)
})

test('the threshold forgives nothing before a single failure is within it', () => {
  expect(forgivenPart(base.network)).toBeCloseTo(0.01, 12)
  expect(forgivenPart({ ...base.network, failureWindow: 99 })).toBe(0)
})

test('a forgiven failure costs what leaving out the segments between two draws saves, at that size of claim', () => {
  const saving = 0.5
  const segments = claimThatForgives(base.network, saving)
  expect(segments * fee).toBeCloseTo((saving * fee) / base.network.verificationRate, 15)
})
