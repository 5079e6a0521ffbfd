import { expect, test } from 'vitest'
import { play } from '../testbeds/bonding'

test('stakes and fees of all accounts differ from the model only by rounding: by at most one unit for each operation; later rewards multiply this difference', async () => {
  const { done } = await play({ operations: 90 })
  expect([...done.keys()]).toEqual(expect.arrayContaining(['bond', 'unbond', 'reward', 'slash', 'fees', 'round']))
})
