// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { custom } from 'viem'
import { expect, it, vi } from 'vitest'
import { createConfig, createConnector, mock, WagmiProvider } from 'wagmi'
import { chainOf, localChainId } from '../config/chain'
import { useWallet } from './useWallet'
import type { Wallet } from './Wallet'

const address = '0x000000000000000000000000000000000000dEaD'

function Page({ wallets }: { wallets: Wallet[] }) {
  wallets.push(useWallet())
  return null
}

it('useWallet gives a connected wallet while another wallet does not answer yet', async () => {
  const chain = chainOf({ chainId: localChainId, rpcUrl: 'http://127.0.0.1:9' })
  const connector = mock({ accounts: [address], features: { reconnect: true } })
  const config = createConfig({
    chains: [chain],
    connectors: [
      createConnector((setup) => ({ ...connector(setup), isAuthorized: async () => true })),
      createConnector((setup) => ({
        ...connector(setup),
        getProvider: async () => ({}),
        isAuthorized: () => new Promise<boolean>(() => undefined),
      })),
    ],
    transports: { [chain.id]: custom({ request: async () => '0x7a69' }) },
    storage: null,
  })
  const wallets: Wallet[] = []
  const root = createRoot(document.createElement('div'))
  root.render(
    <WagmiProvider config={config}>
      <QueryClientProvider client={new QueryClient()}>
        <Page wallets={wallets} />
      </QueryClientProvider>
    </WagmiProvider>,
  )
  await vi.waitFor(() => expect(wallets.at(-1)?.address).toBe(address))
  expect(wallets.at(-1)).toMatchObject({ status: 'connected', isOnWrongChain: false })
  root.unmount()
})
