import { contractsOn, deployments } from '@lp/contracts/deployments'
import { createPublicClient, createWalletClient, defineChain } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { ChainWatch, type ChainWatchOptions } from './ChainWatch'
import { explainRpc } from './explainRpc'
import { localChainName } from './localChainName'
import { RelayError } from './RelayError'
import { hideUrl } from './secrets'

/**
 * Connects one key to a chain that has the contracts of lp. Throws `ChainError`, `ChainSilentError`, `WrongChainError` and
 * `NoContractsError`.
 */
export async function connect({
  rpcUrl,
  account,
  limitMs,
  noticeMs,
}: { rpcUrl: string; account: PrivateKeyAccount } & ChainWatchOptions) {
  hideUrl(rpcUrl)
  const { host } = new URL(rpcUrl)
  const watch = new ChainWatch({ rpcUrl, ...(limitMs && { limitMs }), ...(noticeMs && { noticeMs }) })
  const transport = watch.transport(rpcUrl)
  const probe = createPublicClient({ transport })
  const asked = <Answer>(answer: Promise<Answer>) =>
    answer.catch((cause) => {
      throw cause instanceof RelayError ? cause : new ChainError({ host, cause })
    })
  const chainId = await asked(probe.getChainId())
  if (!deployments.some((deployment) => deployment.chainId === chainId)) throw new WrongChainError({ host, chainId })
  // A call to an address without a contract does not fail: it returns no data.
  const { jobsManager, bondingManager, chequebook } = contractsOn(chainId)
  for (const { address } of [jobsManager, bondingManager, chequebook])
    if (!(await asked(probe.getCode({ address })))) throw new NoContractsError({ host, chainId, address })
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  })
  const client = createPublicClient({ chain, transport, pollingInterval: chainId === 31337 ? 500 : 4_000 })
  const wallet = createWalletClient({ account, chain, transport })
  const network = chainId === 31337 ? `${chainId}-${await localChainName(rpcUrl)}` : `${chainId}`
  return { chainId, network, client, wallet, host, hurry: () => watch.hurry(), health: () => watch.health }
}

export class ChainError extends RelayError {
  override readonly name = 'ChainError'
  constructor({ host, cause }: { host: string; cause: unknown }) {
    super(
      explainRpc(cause, host) ??
        `The chain at ${host} does not answer. Check --rpc, and check that the node of the chain runs.`,
      { cause },
    )
  }
}

export class WrongChainError extends RelayError {
  override readonly name = 'WrongChainError'
  constructor({ host, chainId }: { host: string; chainId: number }) {
    const known = deployments.map((deployment) => deployment.chainId)
    super(
      `The chain at ${host} has the chain id ${chainId}, and lp is not deployed there. Choose an RPC of ${known.length === 1 ? 'chain' : 'one of the chains'} ${known.join(', ')} with --rpc.`,
    )
  }
}

export class NoContractsError extends RelayError {
  override readonly name = 'NoContractsError'
  constructor({ host, chainId, address }: { host: string; chainId: number; address: string }) {
    super(
      `The chain at ${host} has the chain id ${chainId}, but no contract of lp at ${address}. Choose another RPC with --rpc, or deploy the contracts first.`,
    )
  }
}
