import { type Chain, defineChain } from 'viem'
import type { Config } from './Config'

/** The chain id of anvil. Only this chain has a test wallet. */
export const localChainId = 31337

export function chainOf({ chainId, rpcUrl }: Config): Chain {
  const isLocal = chainId === localChainId
  return defineChain({
    id: chainId,
    name: isLocal ? 'Local chain' : `Chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
    testnet: isLocal,
    // viem polls for receipts at half of the block time.
    ...(isLocal && { blockTime: 1000 }),
  })
}
