/**
 * Replaces `wagmi/connectors` in the build (vite.config.ts). This module has only the injected wallets, without the vendors'
 * SDKs. RainbowKit imports other wallets of `wagmi/connectors` too, but the page never offers them.
 */
export { injected, mock } from 'wagmi'

function absent(): never {
  throw new ConnectorNotBuiltError()
}

export {
  absent as baseAccount,
  absent as coinbaseWallet,
  absent as gemini,
  absent as metaMask,
  absent as porto,
  absent as safe,
  absent as walletConnect,
}

export class ConnectorNotBuiltError extends Error {
  override readonly name = 'Wallet.ConnectorNotBuiltError'
  constructor() {
    super('This build supports injected wallets only.')
  }
}
