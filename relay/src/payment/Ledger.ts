import { ProtocolError } from '@lp/contracts/protocol'
import { agreedOf } from './agreedOf'

/**
 * How the debt of the peer stands. `free`: at most half of its credit. `settle`: within its credit, so a payment is due. `blocked`: we send
 * nothing until the peer has paid. `cut`: the debt was more than `cutAt`, and we do not deal with the peer for some time.
 */
export type State = 'free' | 'settle' | 'blocked' | 'cut'

export type LedgerOptions = {
  /** The most that we let the peer owe us, in wei. */
  threshold: bigint
  /** How long a peer that owes one threshold is cut off. Twice the debt, twice the time. */
  cutMsPerThreshold: number
}

/**
 * What two peers owe each other, in wei. Both sides give the same events to this code, each from its own side, so their balances are
 * opposite when no message is on its way. There is no clock and no chance in here. All amounts are at least 0.
 */
export class Ledger {
  readonly #threshold: bigint
  readonly #cutMsPerThreshold: number
  /** What the peer owes for our bytes. Negative: it has paid ahead, or got a gift. */
  #sold = 0n
  /** What we owe for the bytes of the peer. Negative: we have paid ahead, or got a gift. */
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

  /** What the peer owes us. Negative: what we owe the peer. */
  get balance(): bigint {
    return this.#sold - this.#bought
  }

  /** What the peer owes for our bytes after netting. What we have paid ahead is no debt of the peer, because it bought nothing for it. */
  get debt(): bigint {
    return this.#sold - max(this.#bought, 0n)
  }

  /** The part of the balance that is reserved for bytes that we are about to send. Not in `balance` yet. */
  get reserved(): bigint {
    return this.#reserved
  }

  /** The cheques that we have signed and the peer has not acknowledged. Still in `balance`. */
  get pending(): bigint {
    return this.#pending
  }

  /** What the bytes cost that we received and have not checked. In `balance`, but not in `due`. */
  get unchecked(): bigint {
    return this.#unchecked
  }

  /**
   * What we must pay for bytes that we have checked, after netting and without the cheques that we have signed already. Negative: we have paid ahead. What
   * the peer has paid ahead is no debt of ours: we owe it bytes, and no cheque.
   */
  get due(): bigint {
    return this.#bought - this.#unchecked - this.#pending - max(this.#sold, 0n)
  }

  /** How much the peer may owe us now. At most the threshold. */
  get credit(): bigint {
    return this.#credit
  }

  set credit(credit: bigint) {
    this.#credit = min(max(credit, 0n), this.#threshold)
  }

  /** A larger debt cuts the peer off: 1.25 times the threshold. */
  get cutAt(): bigint {
    return (this.#threshold * 5n) / 4n
  }

  /** When we deal with the peer again, on the clock of `nowMs`. In the past if the peer is not cut off. */
  get cutUntilMs(): number {
    return this.#cutUntilMs
  }

  /** Whether a cheque of the peer has bounced and is not paid. */
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
   * What must be forgiven or paid so that the peer stays free (debt of at most half of its credit) when we send bytes for `amount`. 0: nothing.
   */
  excess(amount: bigint): bigint {
    return max(this.debt + this.#reserved + amount - this.#credit / 2n, 0n)
  }

  /** Whether the peer may get anything: it is not cut off, and no cheque of it has bounced. */
  isTrusted(nowMs: number): boolean {
    return nowMs >= this.#cutUntilMs && !this.hasBounced
  }

  /**
   * Reserves `amount` for bytes that we are about to send. Returns false, and reserves nothing, if the debt and all reservations together would
   * be more than the credit. `send` or `release` ends the reservation.
   */
  reserve(amount: bigint, nowMs: number): boolean {
    if (!this.isTrusted(nowMs) || this.debt + this.#reserved + amount > this.#credit) return false
    this.#reserved += amount
    return true
  }

  /** The reserved bytes are not sent. Throws `ReservationError`. */
  release(amount: bigint): void {
    if (amount > this.#reserved) throw new ReservationError({ amount, reserved: this.#reserved })
    this.#reserved -= amount
  }

  /**
   * Ends the reservation. Returns true, and counts the amount as debt: the bytes must be sent now. Returns false if they must not be sent any more,
   * because a cheque of the peer has bounced, or because the debt would be above `cutAt`. Throws `ReservationError`.
   */
  send(amount: bigint, nowMs: number): boolean {
    this.release(amount)
    if (!this.isTrusted(nowMs) || this.debt + amount > this.cutAt) return false
    this.charge(amount)
    return true
  }

  /** Bytes were sent without a reservation. */
  charge(amount: bigint): void {
    this.#sold += amount
  }

  /** Bytes arrived from the peer. We pay for them only after `check`. */
  receive(amount: bigint): void {
    this.#bought += amount
    this.#unchecked += amount
  }

  /** Received bytes were checked, and were correct. */
  check(amount: bigint): void {
    this.#unchecked = max(this.#unchecked - amount, 0n)
  }

  /** Received bytes were wrong, or will never be checked: we do not pay for them. */
  discard(amount: bigint): void {
    const discarded = min(amount, this.#unchecked)
    this.#unchecked -= discarded
    this.#bought -= discarded
  }

  /** We have signed a cheque. The debt stays until the peer acknowledges the cheque. */
  pay(amount: bigint): void {
    this.#pending += amount
  }

  /** The peer acknowledged cheques over `amount`, at most the pending ones. */
  acknowledge(amount: bigint): void {
    const paid = min(amount, this.#pending)
    this.#pending -= paid
    this.#bought -= paid
  }

  /** We hold a cheque of the peer, or a bounced cheque of the peer was paid. */
  collect(amount: bigint): void {
    this.#sold -= amount
    this.#bounced = max(this.#bounced - amount, 0n)
    if (this.debt <= 0n) this.#cutUntilMs = Number.NEGATIVE_INFINITY
  }

  /** A cheque of the peer has bounced: `amount` is owed again. We send nothing until it is paid. */
  bounce(amount: bigint, nowMs: number): void {
    this.#sold += amount
    this.#bounced += amount
    if (this.debt <= this.cutAt) return
    const cutMs = (this.debt * BigInt(Math.round(this.#cutMsPerThreshold))) / max(this.#threshold, 1n)
    this.#cutUntilMs = nowMs + Number(cutMs)
  }

  /**
   * Acknowledged cheques of ours over `amount` have bounced. We sign no new cheque for them: the old ones can be cashed when our deposit covers them. Until
   * then they are pending. The caller must check that so much was acknowledged.
   */
  oweAgain(amount: bigint): void {
    this.#pending += amount
    this.#bought += amount
  }

  /** We give the peer `amount` from the free allowance. */
  forgive(amount: bigint): void {
    this.#sold -= amount
  }

  /** The peer gave us `amount` from its free allowance. */
  beForgiven(amount: bigint): void {
    this.#bought -= amount
  }

  /**
   * The peers meet again. Bytes and gifts were lost when their connection broke, so their balances may differ. Then the smaller debt counts. The
   * creditor gives up at most `tolerance`; if it would lose more, it keeps its own balance. `theirs`: the balance of the peer, from its side.
   * `stated`: our balance when the peers met.
   */
  reconcile(theirs: bigint, { stated, tolerance }: { stated: bigint; tolerance: bigint }): void {
    const agreed = agreedOf(stated, -theirs)
    const lost = stated - agreed
    if (lost > tolerance) return
    // The creditor gives up what the peer owes for bytes, then what it has paid ahead itself. The debtor owes less for bytes, then fewer bytes.
    const sold = lost > 0n ? min(lost, max(this.#sold, 0n)) : min(lost + max(this.#bought, 0n), 0n)
    this.#sold -= sold
    this.#bought += lost - sold
  }

  /**
   * We restarted, and the peer did not. We believe its balance, but owe it at most `limit`. `isCustomer`: the peer buys from us, so we owe it bytes, and
   * no cheque. `stated`: our balance when the peers met.
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
