import { contractsOn, knownChains } from '@lp/contracts/deployments'
import { createPublicClient, createWalletClient, defineChain } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { checkContracts } from '../chain/checkContracts'
import { ChainWatch, type ChainWatchOptions } from './ChainWatch'
import { explainRpc } from './explainRpc'
import { localChainName } from './localChainName'
import { RelayError } from './RelayError'
import { hideUrl } from './secrets'

/** One RPC, or several RPCs of the same chain: if one does not work, the relay uses another. `chainId`: the chain that they must have. */
export type ChainOptions = { rpcUrl: string | readonly string[]; chainId?: number | undefined }

/**
 * Connects one key to a chain that has the contracts of lp. Throws `ChainError`, `ChainSilentError`, `NoChainNamedError`, `OtherNetworkError`,
 * `WrongChainError`, `NoContractsError` and `ForeignContractError`.
 */
export async function connect({
  rpcUrl,
  chainId: wanted,
  account,
  limitMs,
  noticeMs,
}: ChainOptions & { account: PrivateKeyAccount } & ChainWatchOptions) {
  const rpcUrls = [rpcUrl].flat()
  for (const url of rpcUrls) hideUrl(url)
  const host = rpcUrls.map((url) => new URL(url).host).join(' and ')
  if (rpcUrls.length > 1 && wanted === undefined) throw new NoChainNamedError()
  const watch = new ChainWatch({ host, ...(limitMs && { limitMs }), ...(noticeMs && { noticeMs }) })
  const transport = watch.transport(rpcUrls, wanted)
  const probe = createPublicClient({ transport })
  const asked = <Answer>(answer: Promise<Answer>) =>
    answer.catch((cause) => {
      throw cause instanceof RelayError || 'forPeople' in cause ? cause : new ChainError({ host, cause })
    })
  const chainId = await asked(probe.getChainId())
  if (wanted !== undefined && wanted !== chainId) throw new OtherNetworkError({ host, chainId, wanted })
  if (!knownChains().includes(chainId)) throw new WrongChainError({ host, chainId })
  // A call to an address without a contract does not fail: it returns no data.
  const { jobsManager, bondingManager, chequebook } = contractsOn(chainId)
  for (const { address } of [jobsManager, bondingManager, chequebook])
    if (!(await asked(probe.getCode({ address })))) throw new NoContractsError({ host, chainId, address })
  await asked(checkContracts(probe, chainId))
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: rpcUrls } },
  })
  const client = createPublicClient({ chain, transport, pollingInterval: chainId === 31337 ? 500 : 4_000 })
  const wallet = createWalletClient({ account, chain, transport })
  const network = chainId === 31337 ? `${chainId}-${await localChainName(rpcUrls[0] as string)}` : `${chainId}`
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

export class NoChainNamedError extends RelayError {
  override readonly name = 'NoChainNamedError'
  constructor() {
    super(
      '--rpc names several RPCs. Also name their chain, so that the relay uses no RPC of another chain: --network <name>.',
    )
  }
}

export class OtherNetworkError extends RelayError {
  override readonly name = 'OtherNetworkError'
  constructor({ host, chainId, wanted }: { host: string; chainId: number; wanted: number }) {
    super(
      `The chain at ${host} has the chain id ${chainId}, but --network names chain ${wanted}. Correct --rpc or --network.`,
    )
  }
}

export class WrongChainError extends RelayError {
  override readonly name = 'WrongChainError'
  constructor({ host, chainId }: { host: string; chainId: number }) {
    const known = knownChains()
    super(
      `The chain at ${host} has the chain id ${chainId}, and lp is not deployed there. Choose an RPC of ${known.length === 1 ? 'chain' : 'one of the chains'} ${known.join(', ')} with --rpc, or name the addresses of the contracts with --network <file>.`,
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
