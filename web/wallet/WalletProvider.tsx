import '@rainbow-me/rainbowkit/styles.css'
import { RainbowKitProvider } from '@rainbow-me/rainbowkit'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { logOf } from 'lp-relay/log'
import { type ReactNode, use } from 'react'
import { WagmiContext } from 'wagmi'
import { useConfig } from '../config/useConfig'
import { useTheme } from '../ui/theme'
import { WalletAvatar } from './WalletAvatar'
import { wagmiConfigOf } from './wagmiConfig'
import { walletTheme } from './walletTheme'

const log = logOf('wallet')

/** Components show the errors of their queries. The log gets these errors too. */
const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => log.debug('query failed', () => ({ query: queryKey[0], error })),
  }),
})

/** Components that use a wallet must be inside this provider. The provider is a large download: only lazy pages may import it. */
export function WalletProvider({ children }: { children: ReactNode }) {
  const wagmiConfig = use(wagmiConfigOf(useConfig()))
  const theme = useTheme()
  return (
    <WagmiContext.Provider value={wagmiConfig}>
      <QueryClientProvider client={queryClient}>
        <RainbowKitProvider
          theme={walletTheme(theme)}
          avatar={WalletAvatar}
          modalSize="compact"
          locale="en-US"
          appInfo={{ appName: 'lp' }}
        >
          {children}
        </RainbowKitProvider>
      </QueryClientProvider>
    </WagmiContext.Provider>
  )
}
