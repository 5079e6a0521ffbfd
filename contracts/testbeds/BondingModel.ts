import type { Address } from 'viem'
import type { Fraction } from './Fraction'
import * as Q from './Fraction'

const million = 1_000_000n
const billion = 1_000_000_000n

type Delegator = {
  delegate: Address | undefined
  /** The part of the stake that is reduced only by a slash of the delegate. */
  plain: Fraction
  /**
   * The part of the stake that is reduced by a slash of the delegate, and by a slash of the former delegate `exposedTo`.
   */
  exposed: Fraction
  exposedTo: Address | undefined
  /**
   * The block in which the exposed stake left `exposedTo`. A slash of `exposedTo` reduces the exposed
   * stake only for work of this block and earlier blocks.
   */
  exposedLeft: bigint
  /** First block in which a slash of `exposedTo` no longer reduces the exposed stake. */
  exposedUntil: bigint
  /** The part of its rewards that the account kept as a transcoder. It is stake of the account. */
  cut: Fraction
  /** Fees of former rounds, and fees of this round from before the last change of the account's stake. */
  fees: Fraction
  /** Fees of this round from after the last change of the account's stake. */
  roundFees: Fraction
  /** The round of the last change of the account's stake. */
  changedIn: bigint
  /**
   * The units by which the stake on chain may differ from the stake in the model: one for each operation. A reward multiplies the stake,
   * and so it multiplies the earlier differences too.
   */
  tolerance: Fraction
}

type Lock = {
  /** The amount when the lock was created, in units of 10^-18 LPT. */
  amount: bigint
  plain: Fraction
  exposed: Fraction
  delegate: Address
  exposedTo: Address | undefined
  exposedLeft: bigint
  exposedUntil: bigint
  leftBlock: bigint
  withdrawBlock: bigint
}

type Rates = { cut: bigint; share: bigint }

/**
 * The paper's rules for stake, rewards, fees and slashes. The model updates every account at each operation. So it needs no
 * shares and no factors, which the contracts need.
 */
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

  delegatorOf(account: Address): Delegator {
    const known = this.delegators.get(account)
    if (known) return known
    const created: Delegator = {
      ...{ delegate: undefined, plain: Q.zero, exposed: Q.zero, exposedTo: undefined, cut: Q.zero },
      ...{ exposedLeft: 0n, exposedUntil: 0n },
      ...{ fees: Q.zero, roundFees: Q.zero, changedIn: 0n, tolerance: Q.zero },
    }
    this.delegators.set(account, created)
    return created
  }

  stakeOf(account: Address): Fraction {
    const { plain, exposed, cut } = this.delegatorOf(account)
    return Q.sum([plain, exposed, cut])
  }

  lockOf(account: Address, id: bigint): Fraction {
    const lock = this.locks.get(account)?.get(id)
    return lock ? Q.add(lock.plain, lock.exposed) : Q.zero
  }

  isExposed(account: Address, block: bigint): boolean {
    const { exposed, exposedUntil } = this.delegatorOf(account)
    return !Q.isZero(exposed) && block < exposedUntil
  }

  /** Must run after each operation, because each operation can round. */
  allowRounding(): void {
    for (const delegator of this.delegators.values()) delegator.tolerance = Q.add(delegator.tolerance, Q.from(1n))
  }

  /** The part of own stake in all stake bonded to a transcoder, in parts per million. */
  ownPart(transcoder: Address): bigint {
    return Q.floor(Q.over(Q.times(this.stakeOf(transcoder), Q.from(million)), this.bondedTo(transcoder)))
  }

  bond(account: Address, to: Address, { amount, block }: { amount: bigint; block: bigint }): void {
    const delegator = this.beforeChange(account, block)
    if (delegator.delegate && delegator.delegate !== to && !Q.isZero(this.stakeOf(account))) {
      Object.assign(delegator, { exposed: this.stakeOf(account), plain: Q.zero, exposedTo: delegator.delegate })
      Object.assign(delegator, { exposedLeft: block, exposedUntil: block + this.period })
    }
    delegator.delegate = to
    delegator.plain = Q.add(delegator.plain, Q.from(amount))
  }

  unbond(account: Address, id: bigint, { amount, block }: { amount: bigint; block: bigint }): void {
    const delegator = this.beforeChange(account, block)
    const part = Q.over(Q.from(amount), this.stakeOf(account))
    const [plain, exposed] = [Q.times(delegator.plain, part), Q.times(delegator.exposed, part)]
    delegator.plain = Q.subtract(delegator.plain, plain)
    delegator.exposed = Q.subtract(delegator.exposed, exposed)
    const { delegate, exposedTo, exposedLeft, exposedUntil } = delegator
    const lock: Lock = {
      ...{ amount, plain, exposed, delegate: delegate as Address, exposedTo, exposedLeft, exposedUntil },
      ...{ leftBlock: block, withdrawBlock: block + this.period },
    }
    this.locks.set(account, (this.locks.get(account) ?? new Map()).set(id, lock))
  }

  /** Bonds the stake of a lock to the account's delegate again. */
  rebond(account: Address, id: bigint, block: bigint): void {
    const delegator = this.beforeChange(account, block)
    const lock = this.locks.get(account)?.get(id) as Lock
    const { exposedTo, exposedLeft, exposedUntil } = lock
    const isExposed = !Q.isZero(lock.exposed) && block < exposedUntil
    if (isExposed) Object.assign(delegator, { exposedTo, exposedLeft, exposedUntil })
    delegator.exposed = isExposed ? Q.add(delegator.exposed, lock.exposed) : delegator.exposed
    delegator.plain = Q.add(delegator.plain, isExposed ? lock.plain : this.lockOf(account, id))
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
    const cut = Q.times(amount, Q.from(this.ratesOf(transcoder).cut, million))
    const stake = this.bondedTo(transcoder)
    const growth = Q.over(Q.add(stake, Q.subtract(amount, cut)), stake)
    for (const [, delegator] of this.bondersOf(transcoder)) {
      scale(delegator, growth)
      delegator.tolerance = Q.times(delegator.tolerance, growth)
    }
    const own = this.delegatorOf(transcoder)
    own.cut = Q.add(own.cut, cut)
    this.supply = Q.add(this.supply, amount)
  }

  /**
   * Slashes a transcoder for work of the block `since`. In this block, the part `ownPart` (parts per million) of the bonded stake was
   * own stake. The slash takes own stake first: delegated stake loses a part only if `share` is above `ownPart`. `block`: the
   * block of the slash.
   */
  slash(transcoder: Address, work: { share: bigint; ownPart: bigint; since: bigint; block: bigint }): void {
    const { share, ownPart, since, block } = work
    const ownLeft = share < ownPart ? Q.from(ownPart - share, ownPart) : Q.zero
    const left = share > ownPart ? Q.from(million - share, million - ownPart) : Q.from(1n)
    for (const [account, delegator] of this.bondersOf(transcoder))
      scale(delegator, account === transcoder ? ownLeft : left)
    for (const [account, delegator] of this.delegators) {
      const { exposedTo, exposedLeft, exposedUntil, exposed } = delegator
      if (exposedTo !== transcoder || exposedLeft < since || block >= exposedUntil || Q.isZero(exposed)) continue
      const remains = Q.times(exposed, left)
      const part = Q.over(Q.subtract(exposed, remains), this.stakeOf(account))
      // The slashed stake still gets the fees that it earned in this round.
      const paid = Q.times(delegator.roundFees, part)
      delegator.fees = Q.add(delegator.fees, paid)
      delegator.roundFees = Q.subtract(delegator.roundFees, paid)
      delegator.exposed = remains
    }
    for (const lock of [...this.locks.values()].flatMap((locks) => [...locks.values()])) {
      if (lock.delegate === transcoder && lock.leftBlock >= since && block < lock.withdrawBlock) {
        lock.plain = Q.times(lock.plain, left)
        lock.exposed = Q.times(lock.exposed, left)
      }
      const isExposed = lock.exposedTo === transcoder && lock.exposedLeft >= since && block < lock.exposedUntil
      if (isExposed) lock.exposed = Q.times(lock.exposed, left)
    }
  }

  creditFees(transcoder: Address, amount: bigint): void {
    const earning = this.bondersOf(transcoder).filter(([, delegator]) => delegator.changedIn < this.round)
    const stakes = new Map(earning.map(([account]) => [account, this.stakeOf(account)]))
    const own = this.delegatorOf(transcoder)
    if (!stakes.has(transcoder)) stakes.set(transcoder, own.cut)
    const all = Q.sum([...stakes.values()])
    const shared = Q.from(amount * this.ratesOf(transcoder).share, million)
    let kept = Q.from(amount)
    for (const [account, stake] of stakes) {
      if (account === transcoder || Q.isZero(stake)) continue
      const part = Q.over(Q.times(shared, stake), all)
      const delegator = this.delegatorOf(account)
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

  /** Credits the account's fees of this round, before its stake changes. The new stake earns from the next round on. */
  private beforeChange(account: Address, block: bigint): Delegator {
    const delegator = this.delegatorOf(account)
    delegator.fees = Q.add(delegator.fees, delegator.roundFees)
    delegator.plain = Q.add(delegator.plain, delegator.cut)
    Object.assign(delegator, { roundFees: Q.zero, cut: Q.zero, changedIn: this.round })
    if (block < delegator.exposedUntil) return delegator
    delegator.plain = Q.add(delegator.plain, delegator.exposed)
    delegator.exposed = Q.zero
    return delegator
  }
}

const clamp = (value: bigint, max: bigint) => (value < 0n ? 0n : value > max ? max : value)

function scale(delegator: Delegator, factor: Fraction): void {
  for (const part of ['plain', 'exposed', 'cut'] as const) delegator[part] = Q.times(delegator[part], factor)
}
