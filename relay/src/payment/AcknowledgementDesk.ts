import type { typedData } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import * as Acknowledgement from './Acknowledgement'
import type { Acknowledgements } from './Acknowledgements'
import type { Allowance } from './Allowance'

export type AcknowledgementDeskOptions = {
  domain: Acknowledgement.Domain
  /** Our payment key. `undefined`: we sign no acknowledgements, and collect none. */
  signer: typedData.Signer | undefined
  allowance: Allowance
  /** How much the words of viewers count for us. */
  book: Acknowledgements
  nowMs(): number
}

/** A viewer acknowledges when it got so many more bytes. */
const stepBytes = 1024 * 1024
/** The most viewers of which we keep a count or an acknowledgement. */
const maxViewers = 256
/** The most acknowledgements that we show to one relay at once. */
const maxShown = 8

/**
 * Writes, collects and counts acknowledgements. A viewer signs what it got from each other viewer. The uploader keeps the newest statement of each viewer
 * and shows it to relays. A relay credits the uploader. All addresses in lower case.
 */
export class AcknowledgementDesk {
  readonly #options: AcknowledgementDeskOptions
  /** The bytes that we got from each uploader, and those that we have acknowledged. */
  readonly #got = new Map<Address, { bytes: number; acknowledged: number }>()
  /** By acknowledger. */
  readonly #collected = new Map<Address, Acknowledgement.SignedAcknowledgement>()
  /** By relay and acknowledger: the bytes of the statement that the relay has seen. */
  readonly #shown = new Map<Address, Map<Address, bigint>>()
  #isBusy = false

  constructor(options: AcknowledgementDeskOptions) {
    this.#options = options
  }

  get #self(): Address | undefined {
    return this.#options.signer?.address.toLowerCase() as Address | undefined
  }

  /** We got correct bytes from another viewer. */
  got(uploader: Address, bytes: number): void {
    const count = this.#got.get(uploader)
    if (count) count.bytes += bytes
    else if (this.#got.size < maxViewers) this.#got.set(uploader, { bytes, acknowledged: 0 })
  }

  /** The statement for this uploader. `undefined`: not enough new bytes. */
  async due(uploader: Address): Promise<Acknowledgement.SignedAcknowledgement | undefined> {
    const count = this.#got.get(uploader)
    const { signer, domain } = this.#options
    if (!count || !signer || count.bytes - count.acknowledged < stepBytes) return undefined
    count.acknowledged = count.bytes
    const acknowledgement = { acknowledger: this.#self as Address, uploader, bytes: BigInt(count.bytes) }
    return Acknowledgement.sign(acknowledgement, signer, domain)
  }

  /**
   * A peer gave us a statement: about our uploads, or about its own. `from`: the payment key of the peer. Rejects with
   * `Acknowledgement.WrongSignerError`.
   */
  async hear(from: Address, acknowledgement: Acknowledgement.SignedAcknowledgement): Promise<void> {
    const { acknowledger, uploader, bytes } = acknowledgement
    const { book, allowance, domain, nowMs } = this.#options
    const isOurs = uploader === this.#self && acknowledger === from && bytes > (this.#collected.get(from)?.bytes ?? 0n)
    const isTheirs = uploader === from && book.isNews(acknowledgement)
    // The check of a signature costs a millisecond. An honest peer shows a statement for each MiB of uploads.
    if ((!isOurs && !isTheirs) || this.#isBusy) return
    this.#isBusy = true
    try {
      await Acknowledgement.verify(acknowledgement, domain)
    } finally {
      this.#isBusy = false
    }
    if (isTheirs) allowance.contribute(uploader, book.add(acknowledgement, nowMs()))
    else if (this.#collected.has(from) || this.#collected.size < maxViewers) this.#collected.set(from, acknowledgement)
  }

  /** The statements about our uploads that this relay has not seen. */
  news(relay: Address): Acknowledgement.SignedAcknowledgement[] {
    const shown = this.#shown.get(relay) ?? new Map<Address, bigint>()
    this.#shown.set(relay, shown)
    const news = [...this.#collected.values()].filter(
      ({ acknowledger, bytes }) => bytes > (shown.get(acknowledger) ?? 0n),
    )
    for (const { acknowledger, bytes } of news.slice(0, maxShown)) shown.set(acknowledger, bytes)
    return news.slice(0, maxShown)
  }

  /** The peer has left. */
  forget(party: Address): void {
    this.#shown.delete(party)
    this.#options.book.forget(party)
  }
}
