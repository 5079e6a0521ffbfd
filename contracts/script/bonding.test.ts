import { expect, test } from 'vitest'
import { play } from '../testbeds/bonding'

test('stake, rewards, fees and slashes agree with the model to one unit per operation', async () => {
  const { done } = await play({ operations: 90 })
  expect([...done.keys()]).toEqual(expect.arrayContaining(['bond', 'unbond', 'reward', 'slash', 'fees', 'round']))
})
