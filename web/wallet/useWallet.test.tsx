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
  const chain = chainOf({ chainId: localChainId, rpcUrls: ['http://127.0.0.1:9'] })
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

it('useWallet says that the contracts of lp are not at the addresses of the settings', async () => {
  const chain = chainOf({ chainId: localChainId, rpcUrls: ['http://127.0.0.1:9'] })
  const answers: Record<string, string> = { eth_chainId: '0x7a69', eth_getBalance: '0x0', eth_blockNumber: '0x1' }
  const config = createConfig({
    chains: [chain],
    connectors: [],
    transports: { [chain.id]: custom({ request: async ({ method }) => answers[method] ?? '0x' }) },
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
  await vi.waitFor(() => expect(wallets.at(-1)?.problem).toBeDefined())
  expect(wallets.at(-1)?.problem).toEqual({
    sentence: expect.stringMatching(/^On chain 31337, the contract at 0x\w{40} is not lp’s \w+ of this version\.$/),
    nextStep: 'The operator of this site must correct contracts or rpcUrl in lp.json.',
  })
  root.unmount()
})
