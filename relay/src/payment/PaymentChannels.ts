import type { PaymentChannel } from './PaymentChannel'

/** The largest number of peers whose balances we keep. If there are more, we forget peers that have left. */
const maxChannels = 10_000

/** The channels to all peers, by name: the payment key in lower case, or another name. */
export class PaymentChannels {
  readonly #open: (name: string) => PaymentChannel
  /** The least recently used channel is the first. */
  readonly #channels = new Map<string, PaymentChannel>()

  constructor(open: (name: string) => PaymentChannel) {
    this.#open = open
  }

  get(name: string): PaymentChannel | undefined {
    return this.#channels.get(name)
  }

  /** The channel with this name. Opens a channel if there is none. */
  of(name: string): PaymentChannel {
    const channel = this.#channels.get(name) ?? this.#open(name)
    this.#channels.delete(name)
    this.#channels.set(name, channel)
    if (this.#channels.size > maxChannels) this.#forget()
    return channel
  }

  delete(name: string): void {
    this.#channels.delete(name)
  }

  [Symbol.iterator](): IterableIterator<[string, PaymentChannel]> {
    return this.#channels.entries()
  }

  /** Forgets peers that have left: first the peers that have never paid, because a thousand new identities must not make us forget a payer. */
  #forget(): void {
    for (const hasPaid of [false, true])
      for (const [name, { links, ledger, seller }] of this.#channels) {
        if (this.#channels.size <= maxChannels) return
        const isInUse = links.size > 0 || ledger.reserved > 0n
        if (!isInUse && seller.earned > 0n === hasPaid) this.#channels.delete(name)
      }
  }
}
