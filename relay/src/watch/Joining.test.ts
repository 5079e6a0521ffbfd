import { expect, test } from 'vitest'
import { Joining } from './Joining'

test('while no member is connected, bytes wait for a member unless the player needs them soon', () => {
  const joining = new Joining(10_000)
  expect(joining.mayWait(12_000, 10_000)).toBe(true)
  expect(joining.mayWait(12_000, 10_900)).toBe(true)
  expect(joining.mayWait(12_000, 11_000)).toBe(false)
})

test('bytes wait until the first member has told what it holds', () => {
  const joining = new Joining(10_000)
  joining.met(10_500)
  joining.met(10_700)
  expect(joining.mayWait(15_000, 10_700)).toBe(true)
  expect(joining.mayWait(15_000, 10_750)).toBe(false)
  expect(joining.isOver(10_750)).toBe(true)
})

test('if no member comes, bytes do not wait any more', () => {
  const joining = new Joining(10_000)
  expect(joining.mayWait(20_000, 11_999)).toBe(true)
  expect(joining.mayWait(20_000, 12_000)).toBe(false)
})
