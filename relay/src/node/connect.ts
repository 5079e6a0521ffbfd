import { createPublicClient, createWalletClient, defineChain, http } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { RelayError } from './RelayError'
import { hideUrl } from './secrets'

/** Connects one key to a chain. Throws `ChainError`. */
export async function connect({ rpcUrl, account }: { rpcUrl: string; account: PrivateKeyAccount }) {
  hideUrl(rpcUrl)
  const transport = http(rpcUrl, { retryCount: 3 })
  const chainId = await createPublicClient({ transport })
    .getChainId()
    .catch((cause) => {
      throw new ChainError({ rpcUrl, cause })
    })
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  })
  const client = createPublicClient({ chain, transport, pollingInterval: chainId === 31337 ? 500 : 4_000 })
  const wallet = createWalletClient({ account, chain, transport })
  return { chainId, client, wallet }
}

export class ChainError extends RelayError {
  override readonly name = 'ChainError'
  constructor({ rpcUrl, cause }: { rpcUrl: string; cause: unknown }) {
    super(`The chain at ${new URL(rpcUrl).host} does not answer. Check --rpc, and check that the node runs.`, { cause })
  }
}
