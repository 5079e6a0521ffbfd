import { numberToHex } from 'viem'
import { describe, expect, it } from 'vitest'
import { placeOf, randomDelay } from './turns'

const among = Array.from({ length: 12 }, (_, index) => numberToHex(index + 1, { size: 20 }))
const order = (round: bigint, purpose = 'initialize') =>
  among.map((self) => placeOf({ self, among, occasion: round, purpose }))

describe('turns', () => {
  it('give each account its own place', () => {
    expect(order(7n).toSorted((a, b) => a - b)).toEqual(among.map((_, index) => index))
  })

  it('have another order in the next round, and another order for another task', () => {
    expect(order(8n)).not.toEqual(order(7n))
    expect(order(7n, 'report')).not.toEqual(order(7n))
  })

  it('give the last place to an account that takes no turns', () => {
    const self = numberToHex(99, { size: 20 })
    expect(placeOf({ self, among, occasion: 7n, purpose: 'report' })).toBe(among.length)
  })
})

describe('random delays', () => {
  it('differ between accounts, are below their bound, and are 0 when the bound is 0', () => {
    const delays = among.map((self) => randomDelay({ self, round: 7n, blocks: 100n }))
    expect(delays.every((blocks) => blocks >= 0n && blocks < 100n)).toBe(true)
    expect(new Set(delays).size).toBeGreaterThan(6)
    expect(randomDelay({ self: among[0] as `0x${string}`, round: 7n, blocks: 0n })).toBe(0n)
  })
})
