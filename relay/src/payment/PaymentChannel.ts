import { Cheque } from '@lp/contracts/protocol'
import type { Party } from '../mesh/Accounting'
import type { Allowance } from './Allowance'
import { agreedOf } from './agreedOf'
import type { Budget } from './Budget'
import type { Cashier } from './Cashier'
import { Ledger } from './Ledger'
import type { Message } from './messages'
import { Payer } from './Payer'
import type { PaymentEvent } from './PaymentEvent'
import type { Offer, PaymentLink } from './PaymentLink'
import { Seller } from './Seller'
import type { SubsidySide } from './SubsidySide'
import type { SubsidyMessage } from './subsidyMessages'
import { costOf, type Terms, thresholdOf } from './Terms'

export type PaymentChannelOptions = {
  /** The payment key of the peer in lower case, or another name. */
  party: string
  terms: Terms
  /** The split of the cheques that pay us. */
  split: Pick<Offer, 'splitee' | 'splitBps'>
  allowance: Allowance
  cashier: Cashier | undefined
  budget: Budget | undefined
  subsidy: SubsidySide
  nowMs(): number
  onEvent(event: PaymentEvent): void
}

type Statement = Extract<Message, { type: 'statement' }>

/** Our payments with one peer, on all connections to the peer. */
export class PaymentChannel {
  readonly ledger: Ledger
  readonly payer: Payer
  readonly seller: Seller
  readonly links = new Map<Party, PaymentLink>()
  /** The sum of our gifts to the peer over HTTP, in wei. */
  given = 0n
  readonly #options: PaymentChannelOptions
  /** Whether we are a sponsor. If so, our stored book decides what we owe the peer, and we pay the peer for nothing else. */
  readonly #isSponsor: boolean
  /** Whether we remember the balance of an earlier connection. */
  #isKnown = false
  /** What we owe by the count of the peer, when it last refused to send. `undefined`: this number is no longer valid. */
  #claim: { link: PaymentLink; amount: bigint; sinceMs: number } | undefined

  constructor(options: PaymentChannelOptions) {
    const { terms } = options
    this.#options = options
    this.ledger = new Ledger({ threshold: thresholdOf(terms), cutMsPerThreshold: terms.cutSeconds * 1_000 })
    this.payer = new Payer({ ...options, ledger: this.ledger })
    this.seller = new Seller({ ...options, ledger: this.ledger, links: () => this.links.values() })
    const owed = options.subsidy.owedTo(options.party)
    this.#isSponsor = owed !== undefined
    if (owed) this.owe(owed)
  }

  /** We are a sponsor, and have agreed to pay the peer this amount for bytes that it has sent to viewers. */
  owe(amount: bigint): void {
    this.ledger.receive(amount)
    this.ledger.check(amount)
  }

  /** Takes at most `bytes` from our free allowance for the peer. Returns the number of bytes that it took. */
  takeFree(bytes: number): number {
    const { allowance, party, nowMs } = this.#options
    return allowance.take(party, bytes, nowMs())
  }

  /** Whether nothing is lost when we forget the peer. */
  get isForgettable(): boolean {
    const { balance, pending, reserved } = this.ledger
    const isQuiet = this.links.size === 0 && balance === 0n && pending === 0n && reserved === 0n
    return isQuiet && this.seller.earned === 0n
  }

  met(link: PaymentLink): void {
    this.links.set(link.party, link)
    if (link.weiPerByte > 0n) this.seller.offer(link)
    link.stated = { balance: within96Bits(this.ledger.balance), isKnown: this.#isKnown }
    // If another connection is open, bytes can be on their way, so the balances cannot be compared.
    if (this.links.size === 1) this.#state(link, link.stated)
  }

  #state(link: PaymentLink, { balance, isKnown }: NonNullable<PaymentLink['stated']>): void {
    const { held } = this.seller
    const { acknowledged } = this.payer
    link.hasStated = true
    link.send({ type: 'statement', isKnown, balance, held, acknowledged })
  }

  left(party: Party): void {
    const link = this.links.get(party)
    this.#claim = undefined
    this.links.delete(party)
    if (link) this.ledger.discard(link.end())
    this.#isKnown = true
  }

  sent(link: PaymentLink, byteLength: number): void {
    this.ledger.charge(costOf(byteLength, link.weiPerByte))
  }

  received(link: PaymentLink, byteLength: number): void {
    this.#claim = undefined
    if (!this.#isSponsor) this.ledger.receive(link.received(byteLength))
  }

  /** We have cancelled an answer of the peer after these bytes, so we cannot check them. Pays for a part of them (`Payer.concede`). */
  cancelled(link: PaymentLink, byteLength: number): void {
    if (this.#isSponsor || link.isTooDear) return
    this.payer.concede(costOf(byteLength, link.offer.weiPerByte), link)
    this.payer.pay(link)
  }

  checked(link: PaymentLink, byteLength: number): void {
    if (this.#isSponsor) return
    const cost = link.checked(byteLength)
    this.ledger.check(cost)
    this.payer.got(cost)
    this.payer.pay(link)
  }

  /** Sends payments that are due, and ends our refusals that are no longer necessary. Call this from time to time. */
  tick(): void {
    this.#settleClaim()
    for (const link of this.links.values()) {
      this.seller.unblock(link)
      this.payer.pay(link)
    }
  }

  hear(link: PaymentLink, message: Exclude<Message, { type: 'acknowledgement' } | SubsidyMessage>): void {
    switch (message.type) {
      case 'offer':
        this.#hearOffer(link, message)
        break
      case 'statement':
        this.#hearStatement(link, message)
        break
      case 'cheque':
        void this.seller.take(link, message.cheque)
        break
      case 'accepted':
        this.#claim = undefined
        this.payer.settle(message.cumulative)
        this.payer.pay(link)
        link.askAgain()
        break
      case 'gift':
        if (!this.#isSponsor) this.ledger.beForgiven(message.amount)
        if (this.#claim) this.#claim.amount -= message.amount
        link.askAgain()
        break
      case 'bounced':
        this.payer.bounced(message.amount)
        break
      case 'refusal':
        if (message.reason === 'unpaid') this.#askedToPay(link, message.amount)
        this.#options.onEvent({ type: 'refused', reason: message.reason, amount: message.amount })
    }
  }

  #askedToPay(link: PaymentLink, amount: bigint): void {
    link.isRefused = true
    const { nowMs } = this.#options
    const isSeller = link.party.role !== 'viewer' && !this.#isSponsor && amount > 0n
    this.#claim = isSeller ? { link, amount, sinceMs: this.#claim?.sinceMs ?? nowMs() } : undefined
    this.#options.subsidy.refused(link)
    if (!this.#options.subsidy.isPaidFor(link)) this.payAhead(link)
  }

  /**
   * The peer counts a larger debt than we do, if it has sent bytes that we cannot check, or bytes that were lost on their way. If no bytes and no cheques
   * are on their way, we accept a part of the difference. Otherwise the peer would wait for a payment, and we would wait for bytes.
   */
  #settleClaim(): void {
    const { ledger, payer } = this
    const claim = this.#claim
    if (!claim || payer.payment || this.#options.nowMs() - claim.sinceMs < quietMs) return
    this.#claim = undefined
    if (!claim.link.isTooDear) payer.concede(claim.amount - ledger.due, claim.link)
  }

  /**
   * Call this method when the peer has refused to send more bytes before we pay. Pays the peer the amount that is due. Unless the peer is a viewer
   * or we are a sponsor, this payment and all later payments can be larger than our debt (see `paymentDue`).
   */
  payAhead(link: PaymentLink): void {
    // An attacker can make viewers without cost, so we do not pay a viewer in advance.
    this.payer.isAsked ||= link.party.role !== 'viewer' && !this.#isSponsor
    this.payer.pay(link)
  }

  #hearOffer(link: PaymentLink, { weiPerByte, credit, splitee, splitBps }: Offer): void {
    link.offer = { weiPerByte, credit, splitee, splitBps }
    if (link.isTooDear)
      link.send({ type: 'refusal', reason: 'price', amount: this.#options.budget?.maxWeiPerByte ?? 0n })
    link.askAgain()
  }

  #hearStatement(link: PaymentLink, theirs: Statement): void {
    this.#claim = undefined
    const { stated } = link
    if (!stated || (!link.hasStated && theirs.isKnown)) return
    if (!link.hasStated) this.#meetAgain(link, stated)
    link.stated = undefined
    this.#isKnown = true
    const { ledger, payer, seller } = this
    // The balance that the peer has after it has read in our statement which of its cheques we hold.
    const balance = theirs.balance + seller.held - theirs.acknowledged
    if (this.#isSponsor) payer.settle(theirs.held)
    else if (stated.isKnown) {
      const more = payer.settle(theirs.held)
      if (theirs.isKnown) this.#reconcile(balance, stated.balance + more)
    } else {
      payer.recall(theirs.held)
      // A customer cannot have paid in advance more than the sum of all its payments. So its credit, which is at most this sum, is the limit.
      const isCustomer = !payer.hasPaid
      const limit = isCustomer ? ledger.credit : payer.limit(link)
      if (theirs.isKnown) ledger.adopt(balance, { stated: stated.balance, limit, isCustomer })
    }
    payer.resume(link)
  }

  /** The peer states that it does not know us, so it has restarted. Our other connections to it are broken, but we have not noticed this yet. */
  #meetAgain(link: PaymentLink, stated: NonNullable<PaymentLink['stated']>): void {
    const { ledger } = this
    const before = ledger.balance
    for (const other of this.links.values()) if (other !== link) ledger.discard(other.end())
    stated.balance = within96Bits(stated.balance + ledger.balance - before)
    this.#state(link, stated)
  }

  /**
   * If our balance is larger than the balance on which both peers agree, we give up the difference, but only if our free allowance covers it:
   * we take the difference from the bytes that this allowance has for the peer. So a peer gains nothing when it connects again and again.
   */
  #reconcile(theirs: bigint, stated: bigint): void {
    const { terms } = this.#options
    const loss = stated - agreedOf(stated, -theirs)
    const bytes = loss > 0n && terms.weiPerByte > 0n ? Number(loss / terms.weiPerByte) : 0
    const isGiven = bytes === 0 || this.takeFree(bytes) >= bytes
    this.ledger.reconcile(theirs, { stated, tolerance: isGiven && loss > 0n ? loss : 0n })
  }
}

/** If the peer refuses to send, and no byte has arrived for this time, no byte is on its way. */
const quietMs = 1_000

/** Limits a balance to the 96 bits of a message. A hostile peer can make the balance larger. */
const within96Bits = (balance: bigint): bigint =>
  balance > Cheque.maxAmount ? Cheque.maxAmount : balance < -Cheque.maxAmount ? -Cheque.maxAmount : balance
