import type { Cheque } from '@lp/contracts/protocol'
import type { Budget } from './Budget'
import type { Cashier } from './Cashier'
import type { Ledger } from './Ledger'
import type { PaymentEvent } from './PaymentEvent'
import type { PaymentLink } from './PaymentLink'
import { paymentDue } from './paymentDue'
import type { SubsidySide } from './SubsidySide'

export type PayerOptions = {
  /** The payment key of the peer, in lower case. */
  party: string
  ledger: Ledger
  cashier: Cashier | undefined
  /** `undefined`: we do not pay. */
  budget: Budget | undefined
  subsidy: SubsidySide
  nowMs(): number
  onEvent(event: PaymentEvent): void
}

/** If the peer has not acknowledged a cheque after this time, we send the cheque again. */
const patienceMs = 10_000
/** For this time, we wait for another connection to the peer, before we send the cheque again on the connection that has carried it. */
const otherLinkMs = 1_000
/** We pay for at most one byte that we cannot check for this number of correct bytes. */
const checkedPerUnchecked = 4n

/** Pays one peer. Sends each cheque again until the peer acknowledges it, and only then writes the next cheque. */
export class Payer {
  readonly #options: PayerOptions
  #channel: Cheque.Channel | undefined
  /** The cost of all correct bytes that the peer has sent us, in wei. */
  #got = 0n
  /** The amount that we may still pay for bytes that we cannot check, in wei. */
  #spare = 0n
  #isWriting = false
  #isShort = false
  #sentMs = Number.NEGATIVE_INFINITY
  /** The connection on which we have sent the last cheque. */
  #sentOn: PaymentLink | undefined
  /** Whether we also pay in advance: at least once, the peer has asked us to pay before it sends more bytes. See `PaymentChannel.payAhead`. */
  isAsked = false

  constructor(options: PayerOptions) {
    this.#options = options
    this.#channel = options.cashier?.channelTo(options.party)
  }

  /** Whether we have ever paid this peer, also before a restart. */
  get hasPaid(): boolean {
    return this.#channel !== undefined
  }

  /** As in `Payments.paymentTo`. */
  get payment(): 'writing' | 'sent' | undefined {
    return this.#isWriting ? 'writing' : this.#options.ledger.pending > 0n ? 'sent' : undefined
  }

  /** The `cumulative` up to which the peer has acknowledged our cheques, minus the amount that has bounced. */
  get acknowledged(): bigint {
    return this.#last - this.#options.ledger.pending
  }

  get #last(): bigint {
    return (this.#channel && this.#options.cashier?.last(this.#channel)?.cumulative) ?? 0n
  }

  /**
   * The peer states `held`: the `cumulative` of our newest cheque that it holds, minus the amount that has bounced. Returns the change of our balance,
   * in wei. We count no more than our newest cheque promises, because a dishonest peer can state more.
   */
  settle(held: bigint): bigint {
    const { ledger } = this.#options
    const more = (held < this.#last ? held : this.#last) - this.acknowledged
    if (more > 0n) {
      ledger.acknowledge(more)
      this.#options.onEvent({ type: 'acknowledged', amount: more })
    } else ledger.oweAgain(-more)
    return more
  }

  /** We have restarted. Makes our cheques above `held` pending, because the peer does not hold them. */
  recall(held: bigint): void {
    const { ledger } = this.#options
    if (held < this.acknowledged) ledger.pay(this.acknowledged - held)
  }

  /** The peer says that our cheques have bounced, and that `amount` is missing. */
  bounced(amount: bigint): void {
    const { acknowledged } = this
    const owed = amount < acknowledged ? amount : acknowledged
    this.#options.ledger.oweAgain(owed)
    this.#options.onEvent({ type: 'short', amount: owed })
  }

  /** Bytes of the peer that cost this amount were correct. */
  got(cost: bigint): void {
    this.#got += cost
    this.#spare += cost / checkedPerUnchecked
  }

  /**
   * Bytes of the peer cost this amount, and we cannot check them. Returns the part that we pay: in all, a quarter of what all correct bytes of the peer
   * have cost, and at once at most two steps. If we paid nothing for such bytes, the peer would soon stop sending.
   */
  concede(cost: bigint, { offer }: PaymentLink): bigint {
    const most = 2n * (this.#options.budget?.step(offer.weiPerByte) ?? 0n)
    this.#spare = min(this.#spare, most)
    const paid = min(cost, this.#spare)
    if (paid <= 0n) return 0n
    this.#spare -= paid
    this.#options.ledger.concede(paid)
    return paid
  }

  /**
   * After a restart, the peer states our debt. We accept it up to this amount, in wei. 0: we do not pay, we have never paid the peer, or its price is
   * too high.
   */
  limit(link: PaymentLink): bigint {
    const { budget } = this.#options
    return budget && this.#channel && !link.isTooDear ? 2n * budget.step(link.offer.weiPerByte) : 0n
  }

  /**
   * The largest sum that we pay in advance: the cost of all correct bytes of the peer, but at least a quarter of a step, and at most two steps. If the
   * peer refuses a request that costs more, we pay for this request, but at most a step.
   */
  #maxAdvance(step: bigint, { wanted }: PaymentLink): bigint {
    const usual = max(min(this.#got, 2n * step), step / 4n)
    return max(usual, min(wanted, step))
  }

  /** Writes and sends a cheque if a payment is due. Sends the last cheque again if the peer has not acknowledged it in time. */
  pay(link: PaymentLink): void {
    const { ledger, budget, cashier, subsidy, nowMs, onEvent } = this.#options
    const beneficiary = link.party.paymentKey
    if (this.#isWriting || !budget || !cashier?.issuer || !beneficiary || !link.speaks || link.hasEnded) return
    if (ledger.pending > 0n) {
      // The last connection can be broken. So another connection carries the cheque now, if there is one.
      const waitMs = link === this.#sentOn ? patienceMs + otherLinkMs : patienceMs
      if (nowMs() - this.#sentMs >= waitMs) this.#sendAgain(link)
      return
    }
    const { weiPerByte, credit, splitee, splitBps } = link.offer
    if (link.isTooDear || subsidy.isPaidFor(link)) return
    const step = budget.step(weiPerByte)
    const wanted = paymentDue(
      { due: ledger.due, credit, isAsked: this.isAsked, isRefused: link.isRefused },
      { step, maxAdvance: this.#maxAdvance(step, link) },
    )
    const left = budget.left(nowMs())
    // If the budget covers only a part of the amount, we pay this part if it is at least one step. If we also paid less than a step, each piece could
    // cause a tiny cheque.
    const amount = wanted <= left ? wanted : left >= step ? left : 0n
    const isShort = amount < wanted
    if (isShort && !this.#isShort) onEvent({ type: 'budget', amount: wanted })
    this.#isShort = isShort
    if (amount === 0n || !budget.spend(amount, nowMs())) return
    this.#channel = { issuer: cashier.issuer, beneficiary, splitee, splitBps }
    void this.#write(link, this.#channel, amount)
  }

  #sendAgain(link: PaymentLink): void {
    const { cashier, nowMs } = this.#options
    const cheque = this.#channel && cashier?.last(this.#channel)
    this.#sentMs = nowMs()
    this.#sentOn = link
    if (cheque) link.send({ type: 'cheque', cheque })
  }

  /** The peers have met again. If our newest cheque is not acknowledged, sends it again. */
  resume(link: PaymentLink): void {
    if (this.#options.ledger.pending > 0n) this.#sendAgain(link)
  }

  async #write(link: PaymentLink, channel: Cheque.Channel, amount: bigint): Promise<void> {
    const { cashier, budget, ledger, party, nowMs, onEvent } = this.#options
    this.#isWriting = true
    try {
      const cheque = await cashier?.write(channel, { amount, party })
      if (!cheque) return
      ledger.pay(amount)
      this.#sentMs = nowMs()
      this.#sentOn = link
      link.send({ type: 'cheque', cheque })
      onEvent({ type: 'paid', amount })
    } catch (error) {
      budget?.refund(amount)
      onEvent({ type: 'fault', error: error as Error })
    } finally {
      this.#isWriting = false
    }
  }
}

const min = (one: bigint, other: bigint) => (one < other ? one : other)
const max = (one: bigint, other: bigint) => (one > other ? one : other)
