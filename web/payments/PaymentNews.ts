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
  /** A payment was due, and there was not enough left. */
  isShort = false

  #refusedAtMs = Number.NEGATIVE_INFINITY

  /** The picture waits for bytes that a relay sends only to payers. */
  refuse(): void {
    this.#refusedAtMs = performance.now()
  }

  get isRefused(): boolean {
    return performance.now() - this.#refusedAtMs < refusedMs
  }

  /** Returns whether the deposit may have changed: for example, another payee may have cashed. */
  hear(event: PaymentEvent): boolean {
    switch (event.type) {
      case 'fault':
        this.problem = problemOf(event.error)
        return false
      case 'paid':
        this.isShort = false
        return false
      case 'budget':
        this.isShort = true
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
