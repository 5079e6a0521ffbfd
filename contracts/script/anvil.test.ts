import { createTestClient, http, publicActions, zeroAddress } from 'viem'
import { expect, it } from 'vitest'
import { startAnvil } from './anvil'

it('the local chain keeps the states of the last 500 blocks, and drops the oldest states', async () => {
  const anvil = await startAnvil()
  const client = createTestClient({ mode: 'anvil', transport: http(anvil.rpcUrl) }).extend(publicActions)
  for (let mined = 0; mined < 2_000; mined += 250) await client.mine({ blocks: 250 })
  const balanceAt = (blockNumber: bigint) => client.getBalance({ address: zeroAddress, blockNumber })
  expect(await balanceAt(1_500n)).toBe(0n)
  await expect(balanceAt(1n)).rejects.toThrow('BlockOutOfRange')
  await anvil.stop()
})
