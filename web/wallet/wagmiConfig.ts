import { connectorsForWallets } from '@rainbow-me/rainbowkit'
import { injectedWallet } from '@rainbow-me/rainbowkit/wallets'
import { createConfig, http, type Config as WagmiConfig } from 'wagmi'
import type { Config } from '../config/Config'
import { chainOf, localChainId } from '../config/chain'

const made = new WeakMap<Config, Promise<WagmiConfig>>()

/** One for each settings object: React may ask for it again and again. */
export function wagmiConfigOf(config: Config): Promise<WagmiConfig> {
  const known = made.get(config)
  if (known) return known
  const making = make(config)
  made.set(config, making)
  return making
}

async function make(config: Config): Promise<WagmiConfig> {
  const chain = chainOf(config)
  const testWallets =
    config.chainId === localChainId ? [(await import('./burner/burnerWallet')).burnerWallet(config.rpcUrl)] : []
  return createConfig({
    chains: [chain],
    transports: { [chain.id]: http(config.rpcUrl) },
    // Wallets that announce themselves (EIP-6963) come on top of these by themselves.
    connectors: connectorsForWallets([{ groupName: 'Wallets', wallets: [...testWallets, injectedWallet] }], {
      appName: 'lp',
      // Only WalletConnect has a use for it, and it is not in this build.
      projectId: 'unused',
    }),
  })
}
