import { describe, expect, test } from 'vitest'
import { check, read } from './coverage'

/** A report of forge. It has a line that was not reached, a branch that was not taken, and a branch whose condition did not run. */
const lcov = `TN:
SF:/elsewhere/node_modules/solady/src/utils/LibBit.sol
DA:9,0
LF:113
LH:4
BRF:2
BRH:0
end_of_record
TN:
SF:src/bonding/Stakes.sol
DA:86,10
BRDA:99,3,0,0
DA:101,0
BRDA:132,3,1,-
BRDA:132,3,0,40
LF:20
LH:19
BRF:4
BRH:2
end_of_record
TN:
SF:src/Minter.sol
DA:10,200
LF:40
LH:40
BRF:5
BRH:5
end_of_record
TN:
SF:test/Work.sol
DA:5,0
LF:120
LH:0
BRF:0
BRH:0
end_of_record
`

const reached = (lines: number, branches: number) => [
  { source: 'Minter.sol', lines: { found: 100, hit: lines }, branches: { found: 100, hit: branches }, missed: [] },
]

describe('read', () => {
  test('returns only our sources, each with its missed lines', () => {
    expect(read(lcov)).toEqual([
      { source: 'Minter.sol', lines: { found: 40, hit: 40 }, branches: { found: 5, hit: 5 }, missed: [] },
      {
        source: 'bonding/Stakes.sol',
        lines: { found: 20, hit: 19 },
        branches: { found: 4, hit: 2 },
        missed: [99, 101, 132],
      },
    ])
  })
})

describe('check', () => {
  test('accepts 95 % of the lines and of the branches', () => {
    expect(() => check(reached(95, 95))).not.toThrow()
  })

  test('refuses less than 95 % of the lines, and less than 95 % of the branches', () => {
    expect(() => check(reached(94, 100))).toThrowErrorMatchingInlineSnapshot(
      `[CoverageError: The tests reach 94 % of the lines of contracts/src, and 95 % are required. Add tests for the missed lines: node scripts/ts.mjs contracts/script/coverage.ts lists them.]`,
    )
    expect(() => check(reached(100, 94))).toThrowErrorMatchingInlineSnapshot(
      `[CoverageError: The tests reach 94 % of the branches of contracts/src, and 95 % are required. Add tests for the missed lines: node scripts/ts.mjs contracts/script/coverage.ts lists them.]`,
    )
  })

  test('adds the branches of all sources before it computes the percentage', () => {
    expect(() => check(read(lcov))).toThrow('77.7 % of the branches')
  })

  test('refuses a report without our sources', () => {
    expect(() => check(read('TN:\nSF:test/Work.sol\nend_of_record\n'))).toThrow('NaN %')
  })
})
