import type { PublicClient } from 'viem'

/** Blocks over which their time is measured. */
const measuredBlocks = 1_000n

/** Seconds that a block has taken lately; `undefined` on a chain without a past. */
export async function blockSeconds(client: PublicClient): Promise<number | undefined> {
  const latest = await client.getBlock()
  const span = latest.number < measuredBlocks ? latest.number : measuredBlocks
  if (span === 0n) return undefined
  const before = await client.getBlock({ blockNumber: latest.number - span })
  return Number(latest.timestamp - before.timestamp) / Number(span)
}
