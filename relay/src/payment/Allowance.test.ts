import { describe, expect, test } from 'vitest'
import { randomFrom, seeds } from '../../testbeds/fuzz'
import { Allowance } from './Allowance'

const each = { bytesPerSecond: 100, burstBytes: 1_000 }
const contributors = { bytesPerSecond: 1_000, burstBytes: 5_000 }
const others = { bytesPerSecond: 200, burstBytes: 3_000 }
const terms = { each, contributors, others }

describe('Allowance', () => {
  test('gives an identity its burst, and then its rate', () => {
    const allowance = new Allowance(terms)
    expect([0, 0, 5_000, 5_000].map((nowMs) => allowance.take('a', 700, nowMs))).toEqual([700, 300, 500, 0])
  })

  test('gives no more than the second pool to all peers that are not contributors, and gives a contributor as many bytes as it has uploaded', () => {
    const allowance = new Allowance(terms)
    const strangers = Array.from({ length: 1_000 }, (_, index) => allowance.take(`stranger ${index}`, 1_000, 0))
    expect(strangers.reduce((sum, bytes) => sum + bytes, 0)).toBe(3_000)
    expect(allowance.take('honest', 500, 0)).toBe(0)
    allowance.contribute('honest', 400)
    expect(allowance.take('honest', 500, 0)).toBe(400)
    expect(allowance.creditOf('honest')).toBe(0)
  })

  test('gives the peers that are not contributors the bytes that no longer fit into the contributors’ pool', () => {
    const allowance = new Allowance(terms)
    const takeAll = (nowMs: number) => {
      const takers = Array.from({ length: 10 }, (_, index) => allowance.take(`${nowMs} ${index}`, 1_000, nowMs))
      return takers.reduce((sum, bytes) => sum + bytes, 0)
    }
    expect(takeAll(0)).toBe(3_000)
    expect(takeAll(1_000)).toBe(1_200)
    allowance.contribute('contributor', 1_000)
    expect(allowance.take('contributor', 1_000, 1_000)).toBe(1_000)
    expect(takeAll(2_000)).toBe(200)
  })

  test('counts for a contributor at most as many bytes as the burst of the contributors’ pool', () => {
    const allowance = new Allowance(terms)
    allowance.contribute('a', 1e9)
    expect(allowance.creditOf('a')).toBe(5_000)
  })

  test('remembers a limited number of identities and contributors', () => {
    const allowance = new Allowance({ ...terms, maxIdentities: 2 })
    expect(['a', 'b', 'c'].map((identity) => allowance.contribute(identity, 10))).toEqual([true, true, false])
    for (const identity of ['a', 'b', 'a', 'b']) allowance.take(identity, 500, 0)
    // When the third identity comes, the oldest identity is forgotten. So it later gets a new burst.
    expect(['c', 'b', 'a'].map((identity) => allowance.take(identity, 100, 0))).toEqual([100, 0, 100])
  })

  test(`gives in every period at most rate · time + burst, to each identity and to all identities together`, () => {
    for (const seed of seeds(100)) {
      const random = randomFrom(seed)
      const allowance = new Allowance(terms)
      const grants: { nowMs: number; identity: string; bytes: number }[] = []
      for (let nowMs = 0, step = 0; step < 600; step++, nowMs += random(400)) {
        const identity = `${random(12)}`
        if (random(3) === 0) allowance.contribute(identity, random(400))
        grants.push({ nowMs, identity, bytes: allowance.take(identity, random(600), nowMs) })
      }
      for (let round = 0; round < 200; round++) {
        const [start, end] = [random(grants.length), random(grants.length)].sort((a, b) => a - b) as [number, number]
        const period = grants.slice(start, end + 1)
        const seconds = ((grants[end]?.nowMs ?? 0) - (grants[start]?.nowMs ?? 0)) / 1_000
        const sumOf = (chosen: typeof grants) => chosen.reduce((sum, { bytes }) => sum + bytes, 0)
        const { identity } = grants[start] as (typeof grants)[number]
        const own = sumOf(period.filter((grant) => grant.identity === identity))
        expect(own).toBeLessThanOrEqual(each.bytesPerSecond * seconds + each.burstBytes + 1e-6)
        const rate = contributors.bytesPerSecond + others.bytesPerSecond
        const burst = contributors.burstBytes + others.burstBytes
        expect(sumOf(period)).toBeLessThanOrEqual(rate * seconds + burst + 1e-6)
      }
    }
  })
})
