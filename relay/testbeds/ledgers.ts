import { Ledger } from '../src/payment/Ledger'
import { paymentDue } from '../src/payment/paymentDue'
import type { randomFrom } from './fuzz'

type Random = ReturnType<typeof randomFrom>

/** A message from one side to the other. `piece`: bytes that cost `amount`. `bounce`: a cheque of the receiver has bounced. */
type Event = { type: 'piece' | 'cheque' | 'acknowledgement' | 'gift' | 'bounce'; amount: bigint; isWrong?: boolean }

export const threshold = 1_000n
const cutMsPerThreshold = 5_000
/** The largest amount of a gift or a piece. */
const maxAmount = 120
const habit = { step: 300n, maxAdvance: 600n }

/** One side of a model of two peers. Counts all events, so that the tests can compare the ledger with its history. */
export class Side {
  readonly ledger = new Ledger({ threshold, cutMsPerThreshold })
  readonly inbox: Event[] = []
  /** Received bytes that are not checked yet. */
  readonly checking: { amount: bigint; isWrong: boolean }[] = []
  readonly total = {
    sent: 0n,
    received: 0n,
    correct: 0n,
    paid: 0n,
    collected: 0n,
    bounced: 0n,
    recovered: 0n,
    forgave: 0n,
    forgiven: 0n,
  }
  /** Reservations that are neither sent nor released. */
  readonly reservations: bigint[] = []
  /** The largest sum of the peer's debt and all reservations. */
  mostReserved = 0n
  /** The largest debt of the peer after bytes were sent. */
  mostSent = 0n
  isAsked = false
  /** The cheques of the peer that have not bounced. */
  readonly held: bigint[] = []
  /** The cheques of the peer that have bounced, and are not paid. */
  readonly missing: bigint[] = []

  constructor(credit: bigint) {
    this.ledger.credit = credit
  }
}

/** Two ledgers on a connection. The connection delays messages, keeps their order, and breaks from time to time. */
export class Twins {
  readonly one: Side
  readonly other: Side
  readonly sides: readonly [Side, Side]
  readonly #random: Random
  /** The largest amount that a creditor gives up when the peers connect again. */
  readonly #tolerance: bigint
  nowMs = 0
  breaks = 0

  constructor(random: Random, { tolerance, credits }: { tolerance: bigint; credits: readonly [bigint, bigint] }) {
    this.#random = random
    this.#tolerance = tolerance
    this.one = new Side(credits[0])
    this.other = new Side(credits[1])
    this.sides = [this.one, this.other]
  }

  /** One random event on one side. */
  step(): void {
    const random = this.#random
    this.nowMs += random(200)
    const [mine, theirs] = random(2) ? this.sides : ([this.other, this.one] as const)
    const amount = BigInt(1 + random(maxAmount))
    const events: (() => void)[] = [
      ...Array.from({ length: 6 }, () => () => this.#reserve(mine, theirs, amount)),
      ...Array.from({ length: 6 }, () => () => this.#endReservation(mine, theirs, random(5) > 0)),
      ...Array.from({ length: 8 }, () => () => this.#deliver(mine, theirs)),
      ...Array.from({ length: 4 }, () => () => this.#check(mine)),
      ...Array.from({ length: 4 }, () => () => this.#pay(mine, theirs)),
      () => this.#forgive(mine, theirs, amount),
      () => random(8) || this.#bounce(mine, theirs),
      () => random(4) || this.#recover(mine, theirs),
      () => random(30) || this.#breakUp(),
    ]
    events[random(events.length)]?.()
  }

  /** Ends all reservations, delivers all messages, checks all bytes, and pays all bounced cheques, until none of them is left. */
  settle(): void {
    const isBusy = ({ inbox, checking, reservations, missing }: Side) =>
      inbox.length + checking.length + reservations.length + missing.length > 0
    while (this.sides.some(isBusy)) {
      for (const [mine, theirs] of [this.sides, [this.other, this.one]] as const) {
        this.#recover(mine, theirs)
        this.#endReservation(mine, theirs, true)
        this.#deliver(mine, theirs)
        this.#check(mine)
      }
    }
  }

  #reserve(mine: Side, theirs: Side, amount: bigint): void {
    const { ledger } = mine
    if (!ledger.reserve(amount, this.nowMs)) {
      theirs.isAsked = true
      return
    }
    mine.reservations.push(amount)
    const debt = ledger.debt + ledger.reserved
    if (debt > mine.mostReserved) mine.mostReserved = debt
  }

  #endReservation(mine: Side, theirs: Side, isSent: boolean): void {
    const amount = mine.reservations.shift()
    if (amount === undefined) return
    if (!isSent) mine.ledger.release(amount)
    if (!isSent || !mine.ledger.send(amount, this.nowMs)) return
    mine.total.sent += amount
    if (mine.ledger.debt > mine.mostSent) mine.mostSent = mine.ledger.debt
    theirs.inbox.push({ type: 'piece', amount, isWrong: this.#random(200) === 0 })
  }

  #deliver(mine: Side, theirs: Side): void {
    const event = mine.inbox.shift()
    if (!event) return
    const { amount } = event
    if (event.type === 'piece') {
      mine.ledger.receive(amount)
      mine.total.received += amount
      mine.checking.push({ amount, isWrong: event.isWrong ?? false })
    } else if (event.type === 'cheque') {
      mine.ledger.collect(amount)
      mine.total.collected += amount
      mine.held.push(amount)
      theirs.inbox.push({ type: 'acknowledgement', amount })
    } else if (event.type === 'acknowledgement') mine.ledger.acknowledge(amount)
    else if (event.type === 'gift') {
      mine.ledger.beForgiven(amount)
      mine.total.forgiven += amount
    } else mine.ledger.oweAgain(amount)
  }

  #check(mine: Side): void {
    const bytes = mine.checking.shift()
    if (bytes?.isWrong) this.#breakUp()
    else if (bytes) {
      mine.ledger.check(bytes.amount)
      mine.total.correct += bytes.amount
    }
  }

  #pay(mine: Side, theirs: Side): void {
    const { ledger, isAsked } = mine
    if (ledger.pending > 0n) return
    const amount = paymentDue({ due: ledger.due, credit: theirs.ledger.credit, isAsked }, habit)
    if (amount === 0n) return
    ledger.pay(amount)
    mine.total.paid += amount
    theirs.inbox.push({ type: 'cheque', amount })
  }

  #forgive(mine: Side, theirs: Side, amount: bigint): void {
    if (mine.ledger.hasBounced) return
    mine.ledger.forgive(amount)
    mine.total.forgave += amount
    theirs.inbox.push({ type: 'gift', amount })
  }

  #bounce(mine: Side, theirs: Side): void {
    const amount = mine.held.shift()
    if (amount === undefined) return
    mine.ledger.bounce(amount, this.nowMs)
    mine.total.bounced += amount
    mine.missing.push(amount)
    theirs.inbox.push({ type: 'bounce', amount })
  }

  #recover(mine: Side, theirs: Side): void {
    const amount = mine.missing.shift()
    if (amount === undefined) return
    mine.ledger.collect(amount)
    mine.total.recovered += amount
    theirs.inbox.push({ type: 'acknowledgement', amount })
  }

  /** All messages on their way are lost. Then the peers connect again, state their balances and their cheques, and send lost cheques again. */
  #breakUp(): void {
    this.breaks++
    for (const side of this.sides) {
      side.inbox.length = 0
      side.checking.length = 0
      for (const amount of side.reservations.splice(0)) side.ledger.release(amount)
      side.ledger.discard(side.ledger.unchecked)
    }
    const [one, other] = [this.#statement(this.one), this.#statement(this.other)]
    this.#hear(this.one, one, other)
    this.#hear(this.other, other, one)
    for (const [mine, theirs] of [this.sides, [this.other, this.one]] as const) {
      const amount = mine.total.paid - theirs.total.collected
      if (amount > 0n) theirs.inbox.push({ type: 'cheque', amount })
    }
  }

  #statement({ ledger, total }: Side) {
    const held = total.collected - total.bounced + total.recovered
    return { balance: ledger.balance, held, acknowledged: total.paid - ledger.pending }
  }

  #hear({ ledger }: Side, mine: Statement, theirs: Statement): void {
    const more = theirs.held - mine.acknowledged
    if (more > 0n) ledger.acknowledge(more)
    else ledger.oweAgain(-more)
    const aligned = theirs.balance + mine.held - theirs.acknowledged
    ledger.reconcile(aligned, { stated: mine.balance + more, tolerance: this.#tolerance })
  }

  /** The loss of a side: the amount that it paid, minus the price of the correct bytes that it got. */
  lossOf({ total }: Side): bigint {
    return total.paid - total.correct
  }
}

type Statement = { balance: bigint; held: bigint; acknowledged: bigint }

export const maxAdvance = habit.maxAdvance
