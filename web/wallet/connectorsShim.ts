/**
 * Stands in for `wagmi/connectors` in the build (vite.config.ts): the wallets that a browser brings along, without the
 * vendors' SDKs. RainbowKit names the others when it is loaded, but none is offered.
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
