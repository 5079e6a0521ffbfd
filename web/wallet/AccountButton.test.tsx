// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { custom } from 'viem'
import { expect, it, vi } from 'vitest'
import { createConfig, mock, WagmiProvider } from 'wagmi'
import { chainOf, localChainId } from '../config/chain'
import { Layout } from '../ui/Layout'
import { AccountButton } from './AccountButton'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const address = '0x000000000000000000000000000000000000dEaD'
/** The person declines in the wallet while `connectError` is true. */
const features = { connectError: true }

it('a person chooses a wallet, declines in the wallet, connects it and disconnects it; the focus returns to the button each time', async () => {
  const chain = chainOf({ chainId: localChainId, rpcUrls: ['http://127.0.0.1:9'] })
  const config = createConfig({
    chains: [chain],
    connectors: [mock({ accounts: [address], features })],
    transports: { [chain.id]: custom({ request: async () => '0x7a69' }) },
    storage: null,
  })
  const place = document.createElement('div')
  document.body.append(place)
  const root = createRoot(place)
  await act(async () =>
    root.render(
      <WagmiProvider config={config}>
        <QueryClientProvider client={new QueryClient()}>
          <Layout actions={<AccountButton />}>
            <h1>Stake</h1>
          </Layout>
        </QueryClientProvider>
      </WagmiProvider>,
    ),
  )
  const dialog = () => document.querySelector<HTMLElement>('[role=dialog]')
  const buttonOf = (where: Element | null, text: string) =>
    [...(where?.querySelectorAll('button') ?? [])].find(({ textContent }) => textContent?.includes(text))
  const press = async (where: Element | null, text: string) => {
    const button = await vi.waitFor(() => {
      const found = buttonOf(where, text)
      expect(found).toBeDefined()
      return found
    })
    button?.focus()
    await act(async () => button?.click())
  }
  const expectFocus = (text: string) => vi.waitFor(() => expect(document.activeElement?.textContent).toContain(text))

  await press(place, 'Connect')
  expect(document.querySelector(`#${dialog()?.getAttribute('aria-labelledby')}`)?.textContent).toBe('Connect a wallet')
  await press(dialog(), 'Mock Connector')
  await vi.waitFor(() => expect(dialog()?.textContent).toContain('The connection was declined in the wallet.'))
  features.connectError = false
  await press(dialog(), 'Mock Connector')
  await vi.waitFor(() => expect(dialog()).toBeNull())
  await expectFocus('0x0000')

  await press(place, '0x0000')
  expect(document.querySelector(`#${dialog()?.getAttribute('aria-labelledby')}`)?.textContent).toBe('Your wallet')
  await press(dialog(), 'Disconnect')
  await vi.waitFor(() => expect(dialog()).toBeNull())
  await expectFocus('Connect')
  await act(async () => root.unmount())
  place.remove()
})
