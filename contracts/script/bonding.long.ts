import { expect, test } from 'vitest'
import { play } from '../testbeds/bonding'

test('in a long history, stakes and fees differ from the model only by rounding: by at most one unit for each operation; later rewards multiply this difference', async () => {
  const { done, dust } = await play({ operations: 800 })
  expect(done.size).toBe(9)
  expect(dust).toBeLessThan(10_000n)
})
