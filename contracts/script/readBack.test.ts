import type { Hex } from 'viem'
import { describe, expect, it } from 'vitest'
import { isSameCode } from './readBack'

const word = (value: bigint) => value.toString(16).padStart(64, '0')
const push32 = (value: bigint) => `7f${word(value)}`
const code = (...parts: string[]): Hex => `0x${parts.join('')}`

const now = 1_800_000_000n
const year = 31_536_000n

describe('the code that a deployment reads back', () => {
  it('is the planned code if each byte is equal', () => {
    const planned = code('6001', push32(7n), '7f')
    expect(isSameCode(planned, planned)).toBe(true)
    expect(isSameCode('0x', '0x')).toBe(true)
  })

  it('may have times that are all later by the same difference', () => {
    const planned = code(push32(now), '01', push32(now + year))
    expect(isSameCode(planned, code(push32(now + 60n), '01', push32(now + year + 60n)))).toBe(true)
    expect(isSameCode(planned, code(push32(now + 60n), '01', push32(now + year + 61n)))).toBe(false)
    expect(isSameCode(planned, code(push32(now + 60n), '01', push32(now + year)))).toBe(true)
  })

  it.each([
    ['another instruction', code(push32(now), '01'), code(push32(now), '02')],
    ['another address', code(`73${'11'.repeat(20)}`), code(`73${'12'.repeat(20)}`)],
    ['another number that is no time', code(push32(100n)), code(push32(160n))],
    ['a hash in place of a hash', code(push32(2n ** 255n)), code(push32(2n ** 255n + 60n))],
    ['an earlier time', code(push32(now)), code(push32(now - 60n))],
    ['a time in place of a number', code(push32(7n)), code(push32(now))],
    ['more code', code('01'), code('0101')],
    ['no code', code('01'), '0x' as const],
    ['a shorter constant', code(push32(now)), code(`7e${word(now).slice(2)}`, '00')],
  ])('may not have %s', (_, planned, found) => {
    expect(isSameCode(planned, found)).toBe(false)
  })
})
