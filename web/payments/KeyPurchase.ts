import { KeyBuyer, type Sale, StreamDirectory, type Viewer } from 'lp-relay'
import type { Purse } from './Purse'

export type KeyPurchaseOptions = {
  chainId: number
  purse: Purse
  sale: Sale
  ask: Viewer['askKeyServer']
  /** What the deposit and the person's limit leave now, in wei. */
  left(): bigint
  onPaid(amount: bigint): void
  /** A payment was due, and not enough was left. */
  onShort(): void
}

/** Buys the keys of one paid stream with one purse. The price of a stream never changes; its key servers change after a handover. */
export class KeyPurchase {
  readonly purse: Purse
  readonly source: KeyBuyer
  #sale: Sale

  constructor({ chainId, purse, sale, ask, left, onPaid, onShort }: KeyPurchaseOptions) {
    this.purse = purse
    this.#sale = sale
    this.source = new KeyBuyer({
      ...{ price: sale.price, wallet: purse.cashier, signer: purse.signer, domain: StreamDirectory.domainOf(chainId) },
      sellers: () =>
        this.#sale.servers.map((appointment) => ({
          appointment,
          ask: (content: Uint8Array, signal: AbortSignal) => ask(appointment.server, { content, signal }),
        })),
      maySpend(amount) {
        const isEnough = amount <= left()
        if (!isEnough) onShort()
        return isEnough
      },
      // The purse counts only cheques that were written.
      refund: () => undefined,
      nowMs: () => Date.now(),
      onPaid: ({ amount }) => onPaid(amount),
    })
  }

  /** The newest signed offer of the same stream. */
  follow(sale: Sale): void {
    this.#sale = sale
  }

  close(): void {
    this.source.close()
  }
}
