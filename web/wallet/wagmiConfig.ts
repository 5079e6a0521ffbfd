import { logOf } from 'lp-relay/log'
import { createConfig, injected, type Config as WagmiConfig } from 'wagmi'
import { reconnect, watchAccount } from 'wagmi/actions'
import type { Config } from '../config/Config'
import { chainOf, localChainId, transportOf } from '../config/chain'

const log = logOf('wallet')

const configs = new WeakMap<Config, Promise<WagmiConfig>>()

/** The wagmi configuration for the settings. Gives the same configuration for the same settings object, because React renders many times. */
export function wagmiConfigOf(config: Config): Promise<WagmiConfig> {
  const known = configs.get(config)
  if (known) return known
  const created = createFor(config)
  configs.set(config, created)
  return created
}

async function createFor(config: Config): Promise<WagmiConfig> {
  const chain = chainOf(config)
  const testWallets =
    config.chainId === localChainId ? [(await import('./burner/burnerWallet')).burnerWallet(config)] : []
  const wagmiConfig = createConfig({
    chains: [chain],
    transports: { [chain.id]: transportOf(config) },
    // wagmi adds the wallets that announce themselves (EIP-6963).
    connectors: [...testWallets, injected()],
  })
  watchAccount(wagmiConfig, {
    onChange: ({ status, address, chainId, connector }) =>
      log.debug(status, () => ({ address, chainId, connector: connector?.type })),
  })
  // Connects the wallet of the last visit, once. `WagmiProvider` would connect it again at each of its renders.
  reconnect(wagmiConfig).catch((error: unknown) => log.debug('no wallet is connected', () => ({ error })))
  return wagmiConfig
}
