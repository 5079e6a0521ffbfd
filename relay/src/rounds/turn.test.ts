import { numberToHex } from 'viem'
import { describe, expect, it } from 'vitest'
import { delay, turn } from './turn'

const among = Array.from({ length: 12 }, (_, index) => numberToHex(index + 1, { size: 20 }))
const order = (round: bigint, purpose = 'initialize') =>
  among.map((self) => turn({ self, among, occasion: round, purpose }))

describe('turns', () => {
  it('give each one place of its own', () => {
    expect(order(7n).toSorted((a, b) => a - b)).toEqual(among.map((_, index) => index))
  })

  it('are in another order for another round, and for another purpose', () => {
    expect(order(8n)).not.toEqual(order(7n))
    expect(order(7n, 'report')).not.toEqual(order(7n))
  })

  it('come last for who is not among them', () => {
    expect(turn({ self: numberToHex(99, { size: 20 }), among, occasion: 7n, purpose: 'report' })).toBe(among.length)
  })
})

describe('delays', () => {
  it('are spread below their bound, and none where there is no room', () => {
    const delays = among.map((self) => delay({ self, round: 7n, blocks: 100n }))
    expect(delays.every((blocks) => blocks >= 0n && blocks < 100n)).toBe(true)
    expect(new Set(delays).size).toBeGreaterThan(6)
    expect(delay({ self: among[0] as `0x${string}`, round: 7n, blocks: 0n })).toBe(0n)
  })
})
