import '@rainbow-me/rainbowkit/styles.css'
import { RainbowKitProvider } from '@rainbow-me/rainbowkit'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, use } from 'react'
import { WagmiProvider } from 'wagmi'
import { useConfig } from '../config/useConfig'
import { useTheme } from '../ui/theme'
import { WalletAvatar } from './WalletAvatar'
import { wagmiConfigOf } from './wagmiConfig'
import { walletTheme } from './walletTheme'

const queryClient = new QueryClient()

/** Components that use a wallet must be inside it. It is heavy: import it from lazy pages only. */
export function WalletProvider({ children }: { children: ReactNode }) {
  const wagmiConfig = use(wagmiConfigOf(useConfig()))
  const theme = useTheme()
  return (
    <WagmiProvider config={wagmiConfig}>
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
    </WagmiProvider>
  )
}
