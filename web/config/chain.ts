import { type Chain, defineChain } from 'viem'
import type { Config } from './Config'

/** anvil's id, and nobody else's: here, and only here, a test wallet is offered. */
export const localChainId = 31337

export function chainOf({ chainId, rpcUrl }: Config): Chain {
  const isLocal = chainId === localChainId
  return defineChain({
    id: chainId,
    name: isLocal ? 'Local chain' : `Chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
    testnet: isLocal,
    // Receipts are polled for at half of it.
    ...(isLocal && { blockTime: 1000 }),
  })
}
