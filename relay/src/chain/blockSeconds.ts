import type { PublicClient } from 'viem'

/** The number of blocks over which the time is measured. */
const measuredBlocks = 1_000n

/** The mean time between recent blocks, in seconds; `undefined` on a chain with one block. */
export async function blockSeconds(client: PublicClient): Promise<number | undefined> {
  const latest = await client.getBlock()
  const span = latest.number < measuredBlocks ? latest.number : measuredBlocks
  if (span === 0n) return undefined
  const before = await client.getBlock({ blockNumber: latest.number - span })
  return Number(latest.timestamp - before.timestamp) / Number(span)
}
