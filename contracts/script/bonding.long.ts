import { expect, test } from 'vitest'
import { play } from '../testbeds/bonding'

test('a long history agrees with the model to one unit per operation, and its rounding stays small', async () => {
  const { done, dust } = await play({ operations: 1_500 })
  expect(done.size).toBe(9)
  expect(dust).toBeLessThan(10_000n)
})
