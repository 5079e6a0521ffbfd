import { logOf } from 'lp-relay/log'
import { privateKeyToAccount } from 'viem/accounts'
import { createConnector } from 'wagmi'
import type { Config } from '../../config/Config'
import { chainOf, localChainId, transportOf } from '../../config/chain'
import { burnerKey } from './burnerKey'
import { type BurnerProvider, createBurnerProvider } from './burnerProvider'

const log = logOf('wallet')

export const burnerId = 'burner'

const fundAgainAfterMs = 2_000

/** Set when the person has disconnected the test wallet. While it is set, the wallet does not connect automatically. */
const disconnectedKey = 'burner.disconnected'

const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><path fill="#0b6b5f" d="M0 0h28v28H0z"/><path d="M14 5c1 4 6 6 6 11a6 6 0 0 1-12 0c0-2 1-3 2-4 0 2 1 3 2 3 2-2 0-6 2-10z" fill="#fff"/></svg>',
)}`

/**
 * The wallet of the local chain, with test ether. It connects automatically if the person has neither chosen another wallet nor
 * disconnected this wallet.
 */
export const burnerWallet = (config: Config) =>
  createConnector<BurnerProvider>(({ storage, emitter }) => {
    const provider = createBurnerProvider({
      account: privateKeyToAccount(burnerKey()),
      ...{ chain: chainOf(config), transport: transportOf(config) },
    })
    const store = storage as { getItem(key: string): unknown; setItem(key: string, value: unknown): unknown } | null
    const accounts = [provider.address] as const
    /** If the chain does not answer, the wallet connects without ether, and is funded when the chain answers again. */
    const fund = (): Promise<unknown> =>
      provider.fund().catch((error: unknown) => {
        log.debug('not funded yet', () => ({ error }))
        setTimeout(fund, fundAgainAfterMs)
      })
    return {
      id: burnerId,
      name: 'Test wallet',
      icon,
      type: burnerId,
      async connect({ withCapabilities } = {}) {
        await fund()
        await store?.setItem(disconnectedKey, false)
        const connected = withCapabilities ? accounts.map((address) => ({ address, capabilities: {} })) : accounts
        return { accounts: connected as never, chainId: localChainId }
      },
      async disconnect() {
        await store?.setItem(disconnectedKey, true)
      },
      async isAuthorized() {
        const recent = await store?.getItem('recentConnectorId')
        const isOthersTurn = typeof recent === 'string' && recent !== burnerId
        return !isOthersTurn && (await store?.getItem(disconnectedKey)) !== true
      },
      getAccounts: async () => accounts,
      getChainId: async () => localChainId,
      getProvider: async () => provider,
      onAccountsChanged: () => undefined,
      onChainChanged: () => undefined,
      onDisconnect: () => emitter.emit('disconnect'),
    }
  })
