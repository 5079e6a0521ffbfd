export class NoWalletError extends Error {
  override readonly name = 'Wallet.NoWalletError'
  constructor() {
    super('A transaction needs a connected wallet.')
  }
}
