import { type Hex, hexToBigInt, type PublicClient } from 'viem'
import { networks } from './networks'
import { type PresetName, presets } from './presets'

/** Init code that returns the number of the block, as contracts see it. */
const readNumber: Hex = '0x4360005260206000f3'

/** Contracts that only rollups have: ArbSys of Arbitrum, L1Block of the OP Stack, and the system context of the ZK Stack. */
const rollupContracts = [
  '0x0000000000000000000000000000000000000064',
  '0x4200000000000000000000000000000000000015',
  '0x000000000000000000000000000000000000800b',
] as const

/** The number of blocks over which the time between two blocks is measured. */
const measuredBlocks = 1_000n
/** With fewer blocks, the mean is too uncertain. */
const fewestBlocks = 10n

/**
 * Checks what the parameters and the lotteries need of a chain. The contracts count time in blocks, and their lotteries use block hashes. So
 * many independent accounts must make the blocks, a contract must see the same block number as the RPC, and a block must take as long as the
 * preset says. Throws `UnsuitableChainError`.
 */
export async function assertSuits(client: PublicClient, preset: PresetName): Promise<void> {
  const chainId = await client.getChainId()
  const known = Object.values(networks).find((network) => network.chainId === chainId)
  if (known?.refusal) throw new UnsuitableChainError(known.refusal)
  for (const address of rollupContracts)
    if (await client.getCode({ address }))
      throw new UnsuitableChainError(
        `Chain ${chainId} is a rollup (it has the contract ${address}): one company, the sequencer, makes its block hashes, so they are no safe randomness. Deploy on a chain whose validators make the blocks.`,
      )
  const before = await client.getBlockNumber({ cacheTime: 0 })
  const { data } = await client.call({ data: readNumber })
  const after = await client.getBlockNumber({ cacheTime: 0 })
  const seen = hexToBigInt(data ?? '0x0')
  // Some nodes run a call in the newest block, and other nodes in the next block.
  if (seen < before || seen > after + 1n)
    throw new UnsuitableChainError(
      `On chain ${chainId}, a contract sees block ${seen} while the newest block is ${after}. The contracts count time in blocks of their own chain, so lp cannot be deployed there. Choose another chain.`,
    )
  // The blocks of the local chain come with the transactions.
  if (chainId !== networks.local.chainId) await assertBlockTime(client, preset)
}

async function assertBlockTime(client: PublicClient, preset: PresetName): Promise<void> {
  const latest = await client.getBlock()
  const span = latest.number < measuredBlocks ? latest.number : measuredBlocks
  if (span < fewestBlocks) return
  const earlier = await client.getBlock({ blockNumber: latest.number - span })
  const seconds = Number(latest.timestamp - earlier.timestamp) / Number(span)
  const wanted = Number(presets[preset].secondsPerBlock)
  // If validators miss their turn, the mean is longer than the shortest time between two blocks.
  if (seconds >= 0.95 * wanted && seconds <= 2 * wanted) return
  throw new UnsuitableChainError(
    `A block of this chain takes ${seconds.toFixed(1)} s, and the preset ${preset} is for blocks of ${wanted} s. Choose another preset with --preset, or add one to contracts/script/presets.ts.`,
  )
}

export class UnsuitableChainError extends Error {
  override readonly name = 'UnsuitableChainError'
  readonly forPeople = true
}
