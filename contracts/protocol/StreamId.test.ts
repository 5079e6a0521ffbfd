import { numberToHex, sliceHex } from 'viem'
import { describe, expect, test } from 'vitest'
import * as StreamId from './StreamId'

const origin = '0x1111111111111111111111111111111111111111'

describe('StreamId', () => {
  test('a new StreamId has its origin, and allows recordings unless the broadcaster refuses them', () => {
    const ids = Array.from({ length: 50 }, () => StreamId.random(origin))
    expect(new Set(ids).size).toBe(50)
    expect(ids.every(StreamId.mayRecord)).toBe(true)
    const refused = Array.from({ length: 50 }, () => StreamId.random(origin, { mayRecord: false }))
    expect(new Set(refused).size).toBe(50)
    expect(refused.some(StreamId.mayRecord)).toBe(false)
    expect([...ids, ...refused].map(StreamId.origin)).toEqual(Array(100).fill(origin))
  })

  test('only a nonce that begins with four zero bytes refuses recordings', () => {
    const of = (nonce: bigint) => StreamId.create({ origin, nonce: numberToHex(nonce, { size: 12 }) })
    expect(sliceHex(of(2n ** 64n), 20, 24)).toBe('0x00000001')
    expect([0n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 95n].map(of).map(StreamId.mayRecord)).toEqual([
      false,
      false,
      true,
      true,
    ])
  })
})
