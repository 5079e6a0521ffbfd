import { expect, test } from 'vitest'
import * as Layout from './Layout'
import type { Recording } from './Recording'

const lengths = [3, 1, 5]
const layout = Layout.create({ segments: lengths.map((byteLength) => ({ byteLength })) } as unknown as Recording)

test('the payloads follow each other without a gap', () => {
  expect(Layout.byteLength(layout)).toBe(9)
  expect(lengths.map((_, index) => Layout.rangeOf(layout, index))).toEqual([
    { start: 0, end: 3 },
    { start: 3, end: 4 },
    { start: 4, end: 9 },
  ])
})

test('the slices of a range, one after another, have the bytes of the range', () => {
  const file = lengths.flatMap((length, segment) => Array.from({ length }, (_, at) => `${segment}:${at}`))
  for (let start = 0; start < 9; start++)
    for (let end = start + 1; end <= 9; end++) {
      const found = Layout.slices(layout, { start, end }).flatMap(({ segment, start, end }) =>
        Array.from({ length: end - start }, (_, at) => `${segment}:${start + at}`),
      )
      expect(found).toEqual(file.slice(start, end))
    }
})
