import type { Address } from 'viem'
import type { Fraction } from './Fraction'
import * as Q from './Fraction'

const million = 1_000_000n
const billion = 1_000_000_000n

type Delegator = {
  delegate: Address | undefined
  /** Stake that answers for its delegate alone, and what also answers for `prior` before round `until`. */
  plain: Fraction
  exposed: Fraction
  prior: Address | undefined
  until: bigint
  /** What it kept of rewards as a transcoder, which counts as its own. */
  cut: Fraction
  /** Of whole rounds, or paid when stake changed; and of this round. */
  fees: Fraction
  roundFees: Fraction
  changed: bigint
}

type Lock = {
  plain: Fraction
  exposed: Fraction
  delegate: Address
  prior: Address | undefined
  until: bigint
  end: bigint
}

type Rates = { cut: bigint; share: bigint }

/** What the paper asks of stake, rewards, fees and slashes, account by account and without shares or factors. */
export class BondingModel {
  round = 1n
  readonly delegators = new Map<Address, Delegator>()
  readonly locks = new Map<Address, Map<bigint, Lock>>()
  readonly rates = new Map<Address, { present: Rates; next: Rates }>()
  private locked = new Map<Address, Fraction>()
  private mintable = Q.zero

  constructor(
    private supply: Fraction,
    private inflation: bigint,
    private readonly period: bigint,
    private readonly terms: { change: bigint; max: bigint; participation: bigint },
  ) {}

  of(account: Address): Delegator {
    const known = this.delegators.get(account)
    if (known) return known
    const created: Delegator = {
      ...{ delegate: undefined, plain: Q.zero, exposed: Q.zero, prior: undefined, until: 0n, cut: Q.zero },
      ...{ fees: Q.zero, roundFees: Q.zero, changed: 0n },
    }
    this.delegators.set(account, created)
    return created
  }

  stakeOf(account: Address): Fraction {
    const { plain, exposed, cut } = this.of(account)
    return Q.sum([plain, exposed, cut])
  }

  lockOf(account: Address, id: bigint): Fraction {
    const lock = this.locks.get(account)?.get(id)
    return lock ? Q.add(lock.plain, lock.exposed) : Q.zero
  }

  isExposed(account: Address): boolean {
    const { exposed, until } = this.of(account)
    return !Q.isZero(exposed) && this.round < until
  }

  bond(account: Address, to: Address, amount: bigint): void {
    const delegator = this.change(account)
    if (delegator.delegate && delegator.delegate !== to && !Q.isZero(this.stakeOf(account))) {
      Object.assign(delegator, { exposed: this.stakeOf(account), plain: Q.zero, prior: delegator.delegate })
      delegator.until = this.round + this.period
    }
    delegator.delegate = to
    delegator.plain = Q.add(delegator.plain, Q.from(amount))
  }

  unbond(account: Address, id: bigint, amount: bigint): void {
    const delegator = this.change(account)
    const part = Q.over(Q.from(amount), this.stakeOf(account))
    const [plain, exposed] = [Q.times(delegator.plain, part), Q.times(delegator.exposed, part)]
    delegator.plain = Q.subtract(delegator.plain, plain)
    delegator.exposed = Q.subtract(delegator.exposed, exposed)
    const { delegate, prior, until } = delegator
    const end = this.round + this.period
    const lock: Lock = { plain, exposed, delegate: delegate as Address, prior, until, end }
    this.locks.set(account, (this.locks.get(account) ?? new Map()).set(id, lock))
  }

  /** A lock of the account's delegate, back to it. */
  rebond(account: Address, id: bigint): void {
    const delegator = this.change(account)
    const lock = this.locks.get(account)?.get(id) as Lock
    const open = !Q.isZero(lock.exposed) && this.round < lock.until
    if (open) Object.assign(delegator, { prior: lock.prior, until: lock.until })
    delegator.exposed = open ? Q.add(delegator.exposed, lock.exposed) : delegator.exposed
    delegator.plain = Q.add(delegator.plain, open ? lock.plain : this.lockOf(account, id))
    this.locks.get(account)?.delete(id)
  }

  withdraw(account: Address, id: bigint): void {
    this.locks.get(account)?.delete(id)
  }

  openRound(round: bigint, transcoders: readonly Address[]): void {
    this.round = round
    const bonded = Q.sum([...this.delegators.keys()].map((account) => this.stakeOf(account)))
    const participation = Q.floor(Q.over(Q.times(bonded, Q.from(billion)), this.supply))
    const { change, max, participation: target } = this.terms
    const step = participation < target ? change : participation > target ? -change : 0n
    this.inflation = clamp(this.inflation + step, max)
    this.mintable = Q.times(this.supply, Q.from(this.inflation, billion))
    this.locked = new Map(transcoders.map((transcoder) => [transcoder, this.bondedTo(transcoder)]))
    for (const rates of this.rates.values()) rates.present = rates.next
    for (const delegator of this.delegators.values()) {
      delegator.fees = Q.add(delegator.fees, delegator.roundFees)
      delegator.roundFees = Q.zero
    }
  }

  reward(transcoder: Address): void {
    const locked = this.locked.get(transcoder) as Fraction
    const amount = Q.over(Q.times(this.mintable, locked), Q.sum([...this.locked.values()]))
    const kept = Q.times(amount, Q.from(this.ratesOf(transcoder).cut, million))
    const stake = this.bondedTo(transcoder)
    const growth = Q.over(Q.add(stake, Q.subtract(amount, kept)), stake)
    this.scale(transcoder, growth)
    const own = this.of(transcoder)
    own.cut = Q.add(own.cut, kept)
    this.supply = Q.add(this.supply, amount)
  }

  slash(transcoder: Address, share: bigint): void {
    const left = Q.from(million - share, million)
    this.scale(transcoder, left)
    for (const [account, delegator] of this.delegators) {
      if (delegator.prior !== transcoder || this.round >= delegator.until || Q.isZero(delegator.exposed)) continue
      const remains = Q.times(delegator.exposed, left)
      const part = Q.over(Q.subtract(delegator.exposed, remains), this.stakeOf(account))
      // What goes is paid for the round so far.
      const paid = Q.times(delegator.roundFees, part)
      delegator.fees = Q.add(delegator.fees, paid)
      delegator.roundFees = Q.subtract(delegator.roundFees, paid)
      delegator.exposed = remains
    }
    for (const lock of [...this.locks.values()].flatMap((locks) => [...locks.values()])) {
      if (lock.delegate === transcoder && this.round < lock.end) {
        lock.plain = Q.times(lock.plain, left)
        lock.exposed = Q.times(lock.exposed, left)
      }
      if (lock.prior === transcoder && this.round < lock.until) lock.exposed = Q.times(lock.exposed, left)
    }
  }

  fees(transcoder: Address, amount: bigint): void {
    const earning = this.bondersOf(transcoder).filter(([, delegator]) => delegator.changed < this.round)
    const stakes = new Map(earning.map(([account]) => [account, this.stakeOf(account)]))
    const own = this.of(transcoder)
    if (!stakes.has(transcoder)) stakes.set(transcoder, own.cut)
    const all = Q.sum([...stakes.values()])
    const shared = Q.from(amount * this.ratesOf(transcoder).share, million)
    let kept = Q.from(amount)
    for (const [account, stake] of stakes) {
      if (account === transcoder || Q.isZero(stake)) continue
      const part = Q.over(Q.times(shared, stake), all)
      const delegator = this.of(account)
      delegator.roundFees = Q.add(delegator.roundFees, part)
      kept = Q.subtract(kept, part)
    }
    own.fees = Q.add(own.fees, kept)
  }

  private ratesOf(transcoder: Address): Rates {
    return (this.rates.get(transcoder) as { present: Rates }).present
  }

  private bondersOf(transcoder: Address) {
    return [...this.delegators].filter(([, { delegate }]) => delegate === transcoder)
  }

  private bondedTo(transcoder: Address): Fraction {
    return Q.sum(this.bondersOf(transcoder).map(([account]) => this.stakeOf(account)))
  }

  private scale(transcoder: Address, factor: Fraction): void {
    for (const [, delegator] of this.bondersOf(transcoder))
      for (const part of ['plain', 'exposed', 'cut'] as const) delegator[part] = Q.times(delegator[part], factor)
  }

  /** Stake that changes is paid for the round so far, and earns again from the next on. */
  private change(account: Address): Delegator {
    const delegator = this.of(account)
    delegator.fees = Q.add(delegator.fees, delegator.roundFees)
    delegator.plain = Q.add(delegator.plain, delegator.cut)
    Object.assign(delegator, { roundFees: Q.zero, cut: Q.zero, changed: this.round })
    if (this.round < delegator.until) return delegator
    delegator.plain = Q.add(delegator.plain, delegator.exposed)
    delegator.exposed = Q.zero
    return delegator
  }
}

const clamp = (value: bigint, max: bigint) => (value < 0n ? 0n : value > max ? max : value)
