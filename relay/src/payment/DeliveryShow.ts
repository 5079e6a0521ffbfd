import type { Address } from 'viem'
import { logOf } from '../log'
import * as Acknowledgement from './Acknowledgement'
import type { Deliveries } from './Deliveries'
import type { PaymentLink } from './PaymentLink'
import type { PaymentStore } from './PaymentStore'
import { keepMs } from './SponsorAccounts'
import { type Credit, type Delivery, maxDeliveries } from './subsidyMessages'

const log = logOf('payment')

export type DeliveryShowOptions = {
  deliveries: Deliveries
  store: PaymentStore
  domain: Acknowledgement.Domain
  /** Our payment key, in lower case. */
  self: Address
  /** Unix time in milliseconds. */
  nowMs(): number
  /** The viewer has sent an acknowledgement that it has not signed. */
  onForged(viewer: Address, error: Acknowledgement.WrongSignerError): void
}

/** The key of a store entry about this sponsor and stream. */
export const entryKey = ({ sponsor, streamId }: Deliveries['account']) => `${entryPrefix}${sponsor}/${streamId}`
export const entryPrefix = 'deliveries/'

/** The pause between two messages with acknowledgements to the sponsor. The sponsor answers each message with at most one cheque. */
const showMs = 2_000
/** The shortest time between two writes to the store while the sponsor is not connected. */
const saveMs = 10_000
/** After this time, we show the acknowledgements again if the sponsor has not answered, or has not agreed to pay more. */
const answerMs = 10_000

/** Stores the acknowledgements of viewers, and shows them to the sponsor. */
export class DeliveryShow {
  readonly deliveries: Deliveries
  readonly #options: DeliveryShowOptions
  #showAtMs = 0
  #saveAtMs = 0
  #isBusy = false

  constructor(options: DeliveryShowOptions) {
    this.deliveries = options.deliveries
    this.#options = options
  }

  /** The sponsor is connected. Stores the due acknowledgements, because the viewers may be gone after a restart. Then shows them to the sponsor. */
  async show(link: PaymentLink): Promise<void> {
    const { nowMs } = this.#options
    if (this.#isBusy || nowMs() < this.#showAtMs) return
    this.#showAtMs = nowMs() + answerMs
    const deliveries = await this.#save(maxDeliveries)
    const { streamId } = this.deliveries.account
    if (deliveries.length > 0) link.send({ type: 'deliveries', streamId, deliveries })
    else this.#showAtMs = 0
  }

  /** A viewer is connected. Stores the due acknowledgements from time to time. */
  async save(): Promise<void> {
    if (!this.#isBusy && this.#options.nowMs() >= this.#saveAtMs) await this.#save(Number.POSITIVE_INFINITY)
  }

  /** The sponsor has answered. If the last message was full, and the sponsor agreed to pay more, shows the sponsor further acknowledgements at once. */
  hear(link: PaymentLink, credits: readonly Credit[]): void {
    const hasGrown = this.deliveries.credit(credits)
    const isMore = hasGrown && credits.length === maxDeliveries
    this.#showAtMs = this.#options.nowMs() + (isMore ? 0 : hasGrown ? showMs : answerMs)
    if (isMore) void this.show(link)
  }

  /** Checks the signatures of at most `count` due acknowledgements. Stores the correct acknowledgements, and returns them. */
  async #save(count: number): Promise<Delivery[]> {
    const { store, nowMs } = this.#options
    const due = this.deliveries.due(count)
    if (due.length === 0) return []
    this.#isBusy = true
    this.#saveAtMs = nowMs() + saveMs
    try {
      const signed: Delivery[] = []
      for (const { delivery, isVerified } of due)
        if (isVerified || (await this.#isSigned(delivery))) signed.push(delivery)
      await store.put(entryKey(this.deliveries.account), this.deliveries.encode(nowMs() + keepMs))
      return signed
    } catch (error) {
      log.fault(error as Error)
      return []
    } finally {
      this.#isBusy = false
    }
  }

  async #isSigned(delivery: Delivery): Promise<boolean> {
    const { deliveries, self: uploader, domain, onForged } = this.#options
    const { viewer: acknowledger, bytes, signature } = delivery
    const { streamId } = deliveries.account
    try {
      await Acknowledgement.verify({ streamId, acknowledger, uploader, bytes, signature }, domain)
      deliveries.confirm(delivery)
      return true
    } catch (error) {
      if (!(error instanceof Acknowledgement.WrongSignerError)) throw error
      deliveries.reject(delivery)
      onForged(acknowledger, error)
      return false
    }
  }
}
