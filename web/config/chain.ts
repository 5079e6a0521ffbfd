import { failover } from 'lp-relay'
import { type Chain, defineChain, type HttpTransportConfig, type Transport } from 'viem'
import type { Config } from './Config'

/** The chain id of anvil. Only this chain has a test wallet. */
export const localChainId = 31337

export function chainOf({ chainId, rpcUrls }: Config): Chain {
  const isLocal = chainId === localChainId
  return defineChain({
    id: chainId,
    name: isLocal ? 'Local chain' : `Chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: rpcUrls } },
    testnet: isLocal,
    // viem polls for receipts at half of the block time.
    ...(isLocal && { blockTime: 1000 }),
  })
}

/** viem's transport for the RPCs in the settings. One that does not work causes no error while another works. */
export const transportOf = (
  { chainId, rpcUrls }: Config,
  options: Pick<HttpTransportConfig, 'batch'> = {},
): Transport => failover(rpcUrls, { chainId, ...options })
