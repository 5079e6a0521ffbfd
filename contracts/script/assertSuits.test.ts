import { createPublicClient, type PublicClient } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changedRpc, startOtherChain } from '../testbeds/otherChain'
import { assertSuits } from './assertSuits'
import { networks } from './networks'

let other: Awaited<ReturnType<typeof startOtherChain>>
beforeAll(async () => {
  other = await startOtherChain()
})
afterAll(() => other.stop())

/** The chain, with another answer for one method. */
const chainWith = (method: string, answer: unknown): PublicClient =>
  createPublicClient({
    transport: changedRpc(other.rpcUrl, (asked) => (asked.method === method ? answer : undefined)),
    cacheTime: 0,
  })

describe('assertSuits', () => {
  test('accepts a chain with blocks of 12 s, whose contracts see the block numbers of the RPC', async () => {
    await assertSuits(other.chain, 'mainnet')
  })

  test('refuses both Arbitrum networks, and says why', async () => {
    for (const [name, title] of [
      ['arbitrum-one', 'Arbitrum One'],
      ['arbitrum-sepolia', 'Arbitrum Sepolia'],
    ] as const) {
      const id = `0x${networks[name].chainId.toString(16)}`
      await expect(assertSuits(chainWith('eth_chainId', id), 'mainnet')).rejects.toThrow(
        `lp cannot be deployed on ${title}: its block hashes are no safe randomness, because one company, the sequencer, makes them`,
      )
    }
  })

  test('refuses a rollup that has no name here', async () => {
    const address = '0x4200000000000000000000000000000000000015'
    await other.test.setCode({ address, bytecode: '0xfe' })
    await expect(assertSuits(other.chain, 'mainnet')).rejects.toThrow(
      `Chain 31338 is a rollup (it has the contract ${address})`,
    )
    await other.test.setCode({ address, bytecode: '0x' })
  })

  test('refuses a chain whose contracts see other block numbers', async () => {
    await expect(assertSuits(chainWith('eth_blockNumber', '0x4000'), 'mainnet')).rejects.toThrow(
      /^On chain 31338, a contract sees block 2[01] while the newest block is 16384\./,
    )
  })

  test('refuses a preset for another block time', async () => {
    await expect(assertSuits(other.chain, 'local')).rejects.toThrow(
      'A block of this chain takes 12.0 s, and the preset local is for blocks of 1 s.',
    )
    const fast = await startOtherChain({ blockS: 2 })
    await expect(assertSuits(fast.chain, 'mainnet')).rejects.toThrow('A block of this chain takes 2.0 s')
    await fast.stop()
  })
})
