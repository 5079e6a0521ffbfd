import { Cheque, type ProtocolError } from '@lp/contracts/protocol'
import { TokenBucket } from '../mesh/TokenBucket'
import type { Allowance } from './Allowance'
import type { Cashier } from './Cashier'
import { RefusedChequeError } from './chequeErrors'
import type { Ledger } from './Ledger'
import type { Reason } from './messages'
import type { PaymentEvent } from './PaymentEvent'
import type { Buyer, Offer, PaymentLink } from './PaymentLink'
import type { SubsidySide } from './SubsidySide'
import { costOf } from './Terms'

export type SellerOptions = {
  /** The payment key of the peer in lower case, or another name. */
  party: string
  ledger: Ledger
  /** All connections to the peer. */
  links(): Iterable<PaymentLink>
  /** The split of the cheques that pay us. */
  split: Pick<Offer, 'splitee' | 'splitBps'>
  allowance: Allowance
  /** `undefined`: we take no cheques. */
  cashier: Cashier | undefined
  subsidy: SubsidySide
  nowMs(): number
  onEvent(event: PaymentEvent): void
}

/** We ask for at least this number of free bytes at once, so that a peer with free bytes gets few messages. */
const giftBytes = 64 * 1024
/** If the allowance gives a peer fewer bytes than we ask for, we wait this time before we ask again. */
const giftPauseMs = 250
/** The limit on cheques of one peer. For each cheque, we check a signature, write to the store, and sometimes ask the chain. */
const cheques = { perSecond: 0.5, burst: 10 }
/** While we check a cheque of the peer, this number of its cheques can wait. */
const maxWaiting = 1

/** Decides whether we may send bytes to one peer: its credit or the free allowance must cover them. Takes the cheques of the peer. */
export class Seller {
  readonly #options: SellerOptions
  readonly #cheques: TokenBucket
  #earned = 0n
  /** The cheque that we check, and the cheques that wait. */
  #unanswered = 0
  #taking: Promise<void> = Promise.resolve()
  #nextGiftMs = Number.NEGATIVE_INFINITY

  constructor(options: SellerOptions) {
    const { party, ledger, cashier, nowMs } = options
    this.#options = options
    this.#cheques = new TokenBucket({ ...cheques, nowMs })
    if (this.#isSponsor) return
    const missing = cashier?.missingOf(party) ?? 0n
    if (missing > 0n) ledger.bounce(missing, nowMs())
    this.#earned = this.held
    ledger.credit = this.#earned
  }

  /** Whether the peer is a sponsor: its cheques pay for bytes to viewers, so the ledger does not count these cheques. */
  get #isSponsor(): boolean {
    const { subsidy, party } = this.#options
    return subsidy.isSponsor(party)
  }

  /** What the peer has paid us by cheques that have not bounced, in wei, also before a restart. Cheques of a sponsor do not count. */
  get earned(): bigint {
    return this.#earned
  }

  /** The `cumulative` up to which we hold cheques of the peer, minus the amount that has bounced. */
  get held(): bigint {
    const { cashier, party } = this.#options
    return cashier ? cashier.heldOf(party) - cashier.missingOf(party) : 0n
  }

  offer(link: PaymentLink): void {
    const { ledger, split } = this.#options
    link.send({ type: 'offer', weiPerByte: link.weiPerByte, credit: ledger.credit, ...split })
    link.isBlocking = false
  }

  maySend(link: Buyer, byteLength: number): boolean {
    const { ledger } = this.#options
    const isAllowed = this.#allows(link, byteLength)
    if (!isAllowed && !link.isBlocking) {
      const amount = ledger.debt > 0n ? ledger.debt : 0n
      link.send({ type: 'refusal', reason: 'unpaid', amount: amount < Cheque.maxAmount ? amount : Cheque.maxAmount })
    }
    // If a smaller piece is allowed later, `isBlocking` stays true: the peer requests bytes again only when it hears of a gift or of its payment.
    link.isBlocking ||= !isAllowed
    return isAllowed
  }

  /** Ends our refusal if the peer may get bytes now: for example, it has sent us bytes, or the allowance has grown. */
  unblock(link: Buyer): void {
    this.#nextGiftMs = Number.NEGATIVE_INFINITY
    if (!link.isBlocking || !this.#allows(link, giftBytes)) return
    link.isBlocking = false
    // After each gift, also after a gift of 0, the peer requests segments again.
    link.send({ type: 'gift', amount: 0n })
  }

  /**
   * Checks a cheque of the peer, stores it, and answers. A cheque that arrives during the check of another cheque waits: a payer that has restarted
   * sends its last cheque again, and must hear on its new connection whether we hold it.
   */
  async take(link: Buyer, cheque: Cheque.SignedCheque): Promise<void> {
    const { cashier } = this.#options
    if (!cashier) return this.#refuse(link, 'channel')
    if (this.#unanswered > maxWaiting || !this.#cheques.take(1)) return this.#refuse(link, 'busy')
    this.#unanswered++
    this.#taking = this.#taking.then(() => this.#take(link, cheque, cashier))
    await this.#taking
  }

  async #take(link: Buyer, cheque: Cheque.SignedCheque, cashier: Cashier): Promise<void> {
    const { party, ledger, onEvent } = this.#options
    try {
      const { growth } = await cashier.accept(cheque, party)
      if (!this.#isSponsor) ledger.collect(growth)
      link.isBlocking = false
      link.send({ type: 'accepted', cumulative: this.held })
      this.#earn(growth)
      if (growth > 0n) onEvent({ type: 'earned', amount: growth })
    } catch (error) {
      if (error instanceof RefusedChequeError) this.#refuse(link, error.reason)
      else if (isMalformed(error)) link.ban(error)
      else {
        onEvent({ type: 'fault', error: error as Error })
        this.#refuse(link, 'busy')
      }
    } finally {
      this.#unanswered--
    }
  }

  #refuse(link: Buyer, reason: Reason): void {
    link.send({ type: 'refusal', reason, amount: this.held })
  }

  /** `amount` of the peer's cheques has bounced. If `amount` is negative, the contract has paid this part of the bounced cheques. */
  bounced(amount: bigint): void {
    const { ledger, links, nowMs, onEvent } = this.#options
    if (!this.#isSponsor)
      if (amount > 0n) ledger.bounce(amount, nowMs())
      else ledger.collect(-amount)
    for (const link of links())
      if (amount > 0n) link.send({ type: 'bounced', amount })
      else link.send({ type: 'accepted', cumulative: this.held })
    this.#earn(-amount)
    if (amount > 0n) onEvent({ type: 'bounced', amount })
  }

  /** The peer gets as much credit as it has paid, up to the threshold. So a peer that leaves without a payment gains nothing. */
  #earn(amount: bigint): void {
    const { ledger, links, subsidy, party } = this.#options
    if (this.#isSponsor) {
      subsidy.earned(party, this.held)
      return
    }
    const before = ledger.credit
    this.#earned += amount
    if (this.#earned < 0n) this.#earned = 0n
    ledger.credit = this.#earned
    if (ledger.credit !== before) for (const link of links()) this.offer(link)
  }

  /** Reserves the cost of the bytes in the ledger. The free allowance can cover a part. `false`: the peer must pay first, and nothing is reserved. */
  reserve(link: Buyer, byteLength: number): boolean {
    const { ledger, nowMs } = this.#options
    const cost = costOf(byteLength, link.weiPerByte)
    if (cost === 0n) return true
    this.#give(link, cost)
    return ledger.reserve(cost, nowMs())
  }

  #allows(link: Buyer, byteLength: number): boolean {
    const isAllowed = this.reserve(link, byteLength)
    // The mesh calls `maySend`, sends the bytes and calls `sent` without a pause in between, so the reservation can end here.
    if (isAllowed) this.#options.ledger.release(costOf(byteLength, link.weiPerByte))
    return isAllowed
  }

  /**
   * If the peer is admitted to a subsidised stream, gives the bytes at the expense of the sponsor. If the debt of the peer,
   * with `cost`, is then still above half of its credit (`Ledger.excess`), gives the excess from the free allowance.
   */
  #give(link: Buyer, cost: bigint): void {
    const { allowance, party, ledger, nowMs, subsidy } = this.#options
    if (!ledger.isTrusted(nowMs())) return
    const unpaid = ledger.debt + ledger.reserved + cost
    if (unpaid > 0n) this.#gift(link, subsidy.take(link, { party, bytes: giftFor(unpaid, link) }))
    const excess = ledger.excess(cost)
    if (excess === 0n || nowMs() < this.#nextGiftMs) return
    const wanted = giftFor(excess, link)
    const bytes = allowance.take(party, wanted, nowMs())
    if (bytes < wanted) this.#nextGiftMs = nowMs() + giftPauseMs
    this.#gift(link, bytes)
  }

  #gift(link: Buyer, bytes: number): void {
    if (bytes === 0) return
    const amount = costOf(bytes, link.weiPerByte)
    this.#options.ledger.forgive(amount)
    link.send({ type: 'gift', amount })
    link.isBlocking = false
  }
}

/** The number of bytes whose cost covers `amount`, at least `giftBytes`. */
const giftFor = (amount: bigint, { weiPerByte }: Buyer): number =>
  Math.max(Number((amount + weiPerByte - 1n) / weiPerByte), giftBytes)

/** The contract always refuses a cheque with one of these errors, even if the deposit covers it. So no honest peer sends such a cheque. */
const isMalformed = (error: unknown): error is ProtocolError =>
  error instanceof Cheque.ChannelError || error instanceof Cheque.AmountError || error instanceof Cheque.SignatureError
