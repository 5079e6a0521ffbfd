import { type Address, custom, type Hex, http, slice } from 'viem'
import { createConfig, createConnector, mock } from 'wagmi'
import { connect } from 'wagmi/actions'
import { chainOf, localChainId } from '../config/chain'

type Signing = NonNullable<Parameters<typeof mock>[0]['features']>['signTypedDataError']

/**
 * A connected wallet on a local chain whose accounts are unlocked. `simulated` lists the selectors of all calls that were
 * simulated, oldest first.
 */
export async function countingWallet({
  rpcUrl,
  account,
  signTypedDataError,
  provider,
}: {
  rpcUrl: string
  account: Address
  /** The error with which the wallet refuses to sign typed data. If undefined, the wallet signs. */
  signTypedDataError?: Signing
  /** An EIP-1193 provider that signs and sends. If undefined, the chain's node signs and sends. */
  provider?: { request(question: { method: string; params?: unknown }): Promise<unknown> }
}) {
  const chain = chainOf({ chainId: localChainId, rpcUrls: [rpcUrl] })
  const { request } = http(rpcUrl)({ chain })
  const simulated: Hex[] = []
  const counted: typeof request = (question) => {
    if (question.method === 'eth_call') simulated.push(slice((question.params as [{ data: Hex }])[0].data, 0, 4))
    return request(question)
  }
  const features = { ...(signTypedDataError && { signTypedDataError }) }
  const own = provider && { getProvider: async () => provider }
  const config = createConfig({
    chains: [chain],
    connectors: [createConnector((setup) => ({ ...mock({ accounts: [account], features })(setup), ...own }))],
    transports: { [chain.id]: custom({ request: counted }) },
    pollingInterval: 20,
    storage: null,
  })
  const [connector] = config.connectors
  if (connector) await connect(config, { connector })
  return { config, simulated }
}
