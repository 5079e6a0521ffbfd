import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { logOf } from 'lp-relay/log'
import { type ReactNode, use } from 'react'
import { WagmiContext } from 'wagmi'
import { useConfig } from '../config/useConfig'
import { wagmiConfigOf } from './wagmiConfig'

const log = logOf('wallet')

/** Components show the errors of their queries. The log gets these errors too. */
const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => log.debug('query failed', () => ({ query: queryKey[0], error })),
  }),
})

/**
 * Components that use a wallet must be inside this provider, and a page with such components shows `AccountButton`. The provider is a large
 * download: only lazy pages may import it.
 */
export function WalletProvider({ children }: { children: ReactNode }) {
  const wagmiConfig = use(wagmiConfigOf(useConfig()))
  return (
    <WagmiContext.Provider value={wagmiConfig}>
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    </WagmiContext.Provider>
  )
}
