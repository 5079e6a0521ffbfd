import { parseEther } from 'viem'
import { describe, expect, it } from 'vitest'
import * as Unit from './Unit'

describe('a unit', () => {
  it.each([
    ['blocks', 216_000n, '216,000\u00a0blocks'],
    ['blocks', 1n, '1\u00a0block'],
    ['ppm', 25_000n, '2.5\u00a0%'],
    ['ppm', 1n, '0.0001\u00a0%'],
    ['ppb', 400_000n, '0.04\u00a0%'],
    ['percent', 1n, '1\u00a0%'],
    ['lpt', parseEther('1000.5'), '1,000.5\u00a0LPT'],
    ['oneIn', 500n, '1 in 500 segments'],
    ['number', 144n, '144'],
  ] as const)('%s writes %s as %s', (unit, value, text) => {
    expect(Unit.format(unit, value)).toBe(text)
    expect(Unit.parse(unit, Unit.textOf(unit, value))).toBe(value)
  })

  it.each([
    ['blocks', '1,800', 1_800n],
    ['blocks', ' 1 800 ', 1_800n],
    ['ppm', '2,5', 25_000n],
    ['lpt', '0.000000000000000001', 1n],
  ] as const)('%s reads %s', (unit, text, value) => {
    expect(Unit.parse(unit, text)).toBe(value)
  })

  it.each([
    ['blocks', '1.5'],
    ['blocks', '1,80'],
    ['ppm', '0.00001'],
    ['ppm', '-1'],
    ['lpt', '1e3'],
    ['number', '0x10'],
    ['number', ''],
    ['number', '9'.repeat(41)],
  ] as const)('%s does not read %s', (unit, text) => {
    expect(Unit.parse(unit, text)).toBeUndefined()
  })
})
