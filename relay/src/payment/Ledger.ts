import { ProtocolError } from '@lp/contracts/protocol'
import { agreedOf } from './agreedOf'

/**
 * The state of the peer's debt. `free`: at most half of its credit. `settle`: below its credit, and a payment is due. `blocked`: we send nothing until
 * the peer has paid. `cut`: a cheque has bounced, and the debt was above `cutAt`, so we send nothing for some time, unless the peer pays.
 */
export type State = 'free' | 'settle' | 'blocked' | 'cut'

export type LedgerOptions = {
  /** The largest debt that we can allow the peer, in wei. */
  threshold: bigint
  /** We cut off a peer for this time, multiplied by its debt and divided by the threshold. */
  cutMsPerThreshold: number
}

/**
 * What two peers owe each other, in wei. Each peer has a ledger, and both ledgers get the same events. So the two balances are opposite numbers when no
 * message is on its way. The caller passes the time. The argument `amount` of a method is at least 0.
 */
export class Ledger {
  readonly #threshold: bigint
  readonly #cutMsPerThreshold: number
  /** What the peer owes for our bytes. Negative: the peer has paid in advance, or we have given it a gift. */
  #sold = 0n
  /** What we owe for the bytes of the peer. Negative: we have paid in advance, or the peer has given us a gift. */
  #bought = 0n
  #reserved = 0n
  #unchecked = 0n
  #pending = 0n
  #bounced = 0n
  #credit = 0n
  #cutUntilMs = Number.NEGATIVE_INFINITY

  constructor({ threshold, cutMsPerThreshold }: LedgerOptions) {
    this.#threshold = threshold
    this.#cutMsPerThreshold = cutMsPerThreshold
  }

  /** What the peer owes us. Negative: we owe the peer. */
  get balance(): bigint {
    return this.#sold - this.#bought
  }

  /** What the peer owes for our bytes, minus what we owe for its bytes. Our advance payments do not count: the peer owes bytes for them, and no wei. */
  get debt(): bigint {
    return this.#sold - max(this.#bought, 0n)
  }

  /** The cost of the bytes for which we have a reservation. `balance` does not include it yet. */
  get reserved(): bigint {
    return this.#reserved
  }

  /** The sum of the cheques that we have signed and the peer has not acknowledged. `balance` still counts it as our debt. */
  get pending(): bigint {
    return this.#pending
  }

  /** The cost of the bytes that we have received and not checked yet. `balance` counts it as our debt, but `due` does not include it. */
  get unchecked(): bigint {
    return this.#unchecked
  }

  /**
   * What we owe for checked bytes, minus what the peer owes for our bytes, and minus the cheques in `pending`. Negative: we have paid
   * ahead. The advance payments of the peer do not count: we owe bytes for them, and no cheque.
   */
  get due(): bigint {
    return this.#bought - this.#unchecked - this.#pending - max(this.#sold, 0n)
  }

  /** The largest debt that we allow the peer now. It is at most the threshold. */
  get credit(): bigint {
    return this.#credit
  }

  set credit(credit: bigint) {
    this.#credit = min(max(credit, 0n), this.#threshold)
  }

  /** We send no bytes that make the debt larger than this: 1.25 times the threshold. If a bounce makes the debt larger, we cut off the peer. */
  get cutAt(): bigint {
    return (this.#threshold * 5n) / 4n
  }

  /** The time at which the cut ends, on the clock of `nowMs`. It is in the past if the peer is not cut off. */
  get cutUntilMs(): number {
    return this.#cutUntilMs
  }

  /** Whether cheques of the peer have bounced, and the peer has not paid the whole bounced amount since. */
  get hasBounced(): boolean {
    return this.#bounced > 0n
  }

  state(nowMs: number): State {
    if (nowMs < this.#cutUntilMs) return 'cut'
    const debt = this.debt + this.#reserved
    if (this.hasBounced || (debt >= this.#credit && debt > 0n)) return 'blocked'
    return debt * 2n <= this.#credit ? 'free' : 'settle'
  }

  /**
   * The amount that we must forgive so that the debt is at most half of the credit after we have sent bytes for `amount`. 0: we need not forgive.
   */
  excess(amount: bigint): bigint {
    return max(this.debt + this.#reserved + amount - this.#credit / 2n, 0n)
  }

  /** Whether the peer can get bytes at all: it is not cut off, and it owes no amount that has bounced. */
  isTrusted(nowMs: number): boolean {
    return nowMs >= this.#cutUntilMs && !this.hasBounced
  }

  /**
   * Reserves `amount` for bytes that we want to send. Returns false, and reserves nothing, if the debt and all reservations together would exceed the
   * credit, or if the peer is not trusted. `send` or `release` ends the reservation.
   */
  reserve(amount: bigint, nowMs: number): boolean {
    if (!this.isTrusted(nowMs) || this.debt + this.#reserved + amount > this.#credit) return false
    this.#reserved += amount
    return true
  }

  /** Ends a reservation, because we do not send the bytes. Throws `ReservationError`. */
  release(amount: bigint): void {
    if (amount > this.#reserved) throw new ReservationError({ amount, reserved: this.#reserved })
    this.#reserved -= amount
  }

  /**
   * Ends a reservation. If it returns true, it has counted the amount as debt, and the caller must send the bytes now. If it returns false, the caller
   * must not send them: the peer is not trusted any more, or the debt would be above `cutAt`. Throws `ReservationError`.
   */
  send(amount: bigint, nowMs: number): boolean {
    this.release(amount)
    if (!this.isTrusted(nowMs) || this.debt + amount > this.cutAt) return false
    this.charge(amount)
    return true
  }

  /** We have sent bytes without a reservation. */
  charge(amount: bigint): void {
    this.#sold += amount
  }

  /** Bytes of the peer have arrived. We pay for them only after `check`. */
  receive(amount: bigint): void {
    this.#bought += amount
    this.#unchecked += amount
  }

  /** Received bytes were correct. */
  check(amount: bigint): void {
    this.#unchecked = max(this.#unchecked - amount, 0n)
  }

  /** We owe `amount` for bytes that we cannot check: bytes that have arrived, and bytes that were lost on their way. */
  concede(amount: bigint): void {
    const arrived = min(amount, this.#unchecked)
    this.#unchecked -= arrived
    this.#bought += amount - arrived
  }

  /** Received bytes were wrong, or we will never check them. We do not pay for them. */
  discard(amount: bigint): void {
    const discarded = min(amount, this.#unchecked)
    this.#unchecked -= discarded
    this.#bought -= discarded
  }

  /** We have signed a cheque. The debt stays until the peer acknowledges the cheque. */
  pay(amount: bigint): void {
    this.#pending += amount
  }

  /** The peer has acknowledged cheques for `amount`. We count at most the sum of the pending cheques. */
  acknowledge(amount: bigint): void {
    const paid = min(amount, this.#pending)
    this.#pending -= paid
    this.#bought -= paid
  }

  /** A new cheque of the peer pays us `amount`, or the contract has paid `amount` of a bounced cheque of the peer. */
  collect(amount: bigint): void {
    this.#sold -= amount
    this.#bounced = max(this.#bounced - amount, 0n)
    if (this.debt <= 0n) this.#cutUntilMs = Number.NEGATIVE_INFINITY
  }

  /** Cheques of the peer have bounced: the peer owes `amount` again. We send nothing until this amount is paid. */
  bounce(amount: bigint, nowMs: number): void {
    this.#sold += amount
    this.#bounced += amount
    if (this.debt <= this.cutAt) return
    const cutMs = (this.debt * BigInt(Math.round(this.#cutMsPerThreshold))) / max(this.#threshold, 1n)
    this.#cutUntilMs = nowMs + Number(cutMs)
  }

  /**
   * Our acknowledged cheques for `amount` have bounced, and become pending again. We sign no new cheques for this amount: the peer can cash the old
   * cheques when our deposit covers them. The caller must check that the peer had acknowledged at least `amount`.
   */
  oweAgain(amount: bigint): void {
    this.#pending += amount
    this.#bought += amount
  }

  /** We give the peer a gift of `amount`. */
  forgive(amount: bigint): void {
    this.#sold -= amount
  }

  /** The peer has given us a gift of `amount`. */
  beForgiven(amount: bigint): void {
    this.#bought -= amount
  }

  /**
   * The peers have met again. The broken connection can have lost bytes and gifts, so their balances can differ. Then the smaller debt counts. The creditor
   * gives up at most `tolerance`; if it would lose more, it keeps its own balance. `theirs`: the balance that the peer states. `stated`: the balance that we
   * stated.
   */
  reconcile(theirs: bigint, { stated, tolerance }: { stated: bigint; tolerance: bigint }): void {
    const agreed = agreedOf(stated, -theirs)
    const lost = stated - agreed
    if (lost > tolerance) return
    // If we are the creditor, we reduce the debt of the peer first, then our advance payments. If we are the debtor, we reduce our debt first, then
    // the advance payments of the peer.
    const sold = lost > 0n ? min(lost, max(this.#sold, 0n)) : min(lost + max(this.#bought, 0n), 0n)
    this.#sold -= sold
    this.#bought += lost - sold
  }

  /**
   * We have restarted, and the peer has not. We accept the balance that the peer states (`theirs`), but we owe the peer at most `limit`. `isCustomer`: the
   * peer buys from us, so we owe it bytes, and no cheque. `stated`: the balance that we stated.
   */
  adopt(theirs: bigint, { stated, limit, isCustomer }: { stated: bigint; limit: bigint; isCustomer: boolean }): void {
    const more = max(-theirs, -limit) - stated
    if (isCustomer) this.#sold += more
    else this.#bought -= more
  }
}

const min = (one: bigint, other: bigint) => (one < other ? one : other)
const max = (one: bigint, other: bigint) => (one > other ? one : other)

export class ReservationError extends ProtocolError {
  override readonly name = 'Ledger.ReservationError'
  constructor({ amount, reserved }: { amount: bigint; reserved: bigint }) {
    super('More was sent or released than was reserved.', {
      details: [`Amount: ${amount} wei`, `Reserved: ${reserved} wei`],
    })
  }
}
