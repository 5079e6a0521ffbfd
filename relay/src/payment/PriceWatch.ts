import { ProtocolError } from '@lp/contracts/protocol'
import type { Accounting, Party, PartyLink } from '../mesh/Accounting'
import { decode, type Message } from './messages'

/**
 * Reports when a relay asks for money. This class counts nothing and pays nothing. So a viewer of free relays loads only this class and the format of
 * the messages. After `onPrice`, the caller joins the mesh again with `Payments`.
 */
export class PriceWatch implements Accounting {
  readonly #links = new Map<Party, PartyLink>()
  readonly #onPrice: (weiPerByte: bigint) => void

  /** `onPrice`: a relay asks this price, in wei for a byte. */
  constructor(onPrice: (weiPerByte: bigint) => void) {
    this.#onPrice = onPrice
  }

  met(party: Party, link: PartyLink): void {
    this.#links.set(party, link)
  }

  left(party: Party): void {
    this.#links.delete(party)
  }

  hear(party: Party, payment: Uint8Array): void {
    const link = this.#links.get(party)
    try {
      const message = decode(payment)
      if (message && party.role !== 'viewer') this.#hear(message, link)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      link?.ban(error)
    }
  }

  #hear(message: Message, link: PartyLink | undefined): void {
    if (message.type === 'offer' && message.weiPerByte > 0n) this.#onPrice(message.weiPerByte)
    // The relay has free bytes for us again.
    if (message.type === 'gift') link?.askAgain()
  }

  maySend(): boolean {
    return true
  }

  sent(): void {}
  received(): void {}
  checked(): void {}
}
