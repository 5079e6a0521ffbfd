import type { PaymentEvent } from 'lp-relay'
import type { Problem } from '../ui/Problem'
import { problemOf } from './problemOf'

/** After the picture has waited for bytes that a relay refused, the page shows this for ten seconds. */
const refusedMs = 10_000

/** What the events of one engine mean for the person. */
export class PaymentNews {
  problem: Problem | undefined
  /** Why a relay refused our last cheque. `undefined`: it did not. */
  refusal: string | undefined
  /** Those to which a payment was due when there was not enough left: payment keys of relays, or other names. */
  readonly #unpaid = new Set<string>()
  #refusedAtMs = Number.NEGATIVE_INFINITY

  /** The picture waits for bytes that a relay sends only to payers. */
  refuse(): void {
    this.#refusedAtMs = performance.now()
  }

  get isRefused(): boolean {
    return performance.now() - this.#refusedAtMs < refusedMs
  }

  /** A payment was due, and there was not enough left. */
  get isShort(): boolean {
    return this.#unpaid.size > 0
  }

  /** A payment to this payee was due. `isPaid`: there was enough left. */
  due(payee: string, isPaid: boolean): void {
    if (isPaid) this.#unpaid.delete(payee)
    else this.#unpaid.add(payee)
  }

  /** Returns whether the deposit may have changed: for example, another payee may have cashed. `party`: the payment key of the relay. */
  hear(event: PaymentEvent, party: string): boolean {
    switch (event.type) {
      case 'fault':
        this.problem = problemOf(event.error)
        return false
      case 'paid':
      case 'budget':
        this.due(party, event.type === 'paid')
        return false
      case 'acknowledged':
        this.refusal = undefined
        return false
      case 'refused':
        // `unpaid` asks for a payment, and `price` and `budget` are our own words. The others refuse a cheque.
        if (['unpaid', 'price', 'budget'].includes(event.reason)) return false
        this.refusal = event.reason
        return true
      default:
        return event.type === 'short'
    }
  }
}
