import type { Hex } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import type { Party, PartyLink } from '../src/mesh/Accounting'
import type { Role } from '../src/mesh/wire'
import type { BudgetOptions } from '../src/payment/Budget'
import { Cashier } from '../src/payment/Cashier'
import type { PaymentEvent } from '../src/payment/PaymentEvent'
import { Payments } from '../src/payment/Payments'
import type { SubsidySide } from '../src/payment/SubsidySide'
import { freeTerms, type Terms } from '../src/payment/Terms'
import { ChequebookModel, domain } from './chequebook'
import { MemoryStore } from './paymentStore'

export const pieceBytes = 16_384
/** The duration of the video in a piece. */
export const pieceMs = 820

/** A price of one wei for a byte, a threshold of 400,000 wei, and no free bytes. */
export const paidTerms: Terms = {
  ...freeTerms,
  ...{ weiPerByte: 1n, maxDebtWei: 400_000n, videoBytesPerSecond: 20_000 },
  free: {
    each: { bytesPerSecond: 0, burstBytes: 0 },
    contributors: { bytesPerSecond: 0, burstBytes: 0 },
    others: { bytesPerSecond: 0, burstBytes: 0 },
  },
}

/** At a price of one wei for a byte, a step is 200,000 wei. */
export const budget: BudgetOptions = {
  ...{ maxWeiPerByte: 2n, maxWeiPerMinute: 10n ** 9n, maxWei: 10n ** 12n },
  ...{ stepSeconds: 10, videoBytesPerSecond: 20_000 },
}

const streamId: Hex = `0x${'51'.repeat(32)}`

export type TraderOptions = {
  chequebook: ChequebookModel
  role?: Role
  /** Default: free. */
  terms?: Terms
  /** Default: does not pay. */
  budget?: BudgetOptions
  account?: PrivateKeyAccount
  store?: MemoryStore
  /** The stream whose mesh the trader is in. */
  streamId?: Hex
  /** The trader's role in subsidised streams. Default: a viewer. */
  subsidy?(parts: { account: PrivateKeyAccount; cashier: Cashier; store: MemoryStore }): Promise<SubsidySide>
  nowMs(): number
}

/** One peer with payments, without a mesh. `events`: all its payment events. */
export async function openTrader({
  chequebook,
  role = 'viewer',
  terms = freeTerms,
  store = new MemoryStore(),
  ...options
}: TraderOptions) {
  const account = options.account ?? privateKeyToAccount(generatePrivateKey())
  const { nowMs } = options
  const cashier = await Cashier.open({
    ...{ store, chain: chequebook.chain, domain, nowMs },
    key: { issuer: account.address, signer: account, cap: 10n ** 12n, expiry: 10n ** 10n },
    isOurs: ({ beneficiary, splitBps }) =>
      beneficiary.toLowerCase() === account.address.toLowerCase() && splitBps === 0,
  })
  const calls = callsOf(cashier)
  const subsidy = await options.subsidy?.({ account, cashier, store })
  const payments = new Payments({
    ...{ terms, domain, signer: account, cashier, budget: options.budget, nowMs, unixMs: nowMs },
    ...(subsidy && { subsidy }),
  })
  const events: PaymentEvent[] = []
  payments.on('event', (_, event) => events.push(event))
  const party: Party = {
    ...{
      id: account.address,
      streamId: options.streamId ?? streamId,
      role,
      address: role === 'viewer' ? undefined : account.address,
    },
    ...{ capabilities: new Set(['payments'] as const), paymentKey: account.address },
  }
  return { account, cashier, calls, payments, events, party, store, chequebook }
}

/** The calls of `write` and `accept` that have not ended. */
function callsOf(cashier: Cashier): ReadonlySet<Promise<unknown>> {
  const calls = new Set<Promise<unknown>>()
  const add = <Result>(call: Promise<Result>): Promise<Result> => {
    calls.add(call)
    const end = () => calls.delete(call)
    call.then(end, end)
    return call
  }
  const { write, accept } = cashier
  cashier.write = (...given) => add(write.apply(cashier, given))
  cashier.accept = (...given) => add(accept.apply(cashier, given))
  return calls
}

export type Trader = Awaited<ReturnType<typeof openTrader>>

/** A connection between two peers: delivers messages and pieces in order, when `deliver` is called. */
export class Wire {
  readonly #sides: readonly [Trader, Trader]
  readonly #parties: ReadonlyMap<Trader, Party>
  readonly #queue: (() => void)[] = []
  readonly bans: string[] = []
  /** The number of calls of `askAgain` by each peer. */
  readonly asked = new Map<Trader, number>()
  /** The bytes that each peer sent. */
  readonly sent = new Map<Trader, number>()

  constructor(one: Trader, other: Trader) {
    this.#sides = [one, other]
    // Each connection has its own `Party` objects.
    this.#parties = new Map(this.#sides.map((trader) => [trader, { ...trader.party }]))
    for (const me of this.#sides) me.payments.met(this.#partyOf(this.#otherOf(me)), this.#linkOf(me))
  }

  #otherOf(me: Trader): Trader {
    return me === this.#sides[0] ? this.#sides[1] : this.#sides[0]
  }

  #partyOf(trader: Trader): Party {
    return this.#parties.get(trader) as Party
  }

  #linkOf(me: Trader): PartyLink {
    return {
      send: (payment) => this.say(me, payment),
      askAgain: () => this.asked.set(me, (this.asked.get(me) ?? 0) + 1),
      ban: (reason) => this.bans.push(reason.name),
    }
  }

  /** `me` sends these bytes as a payment message. */
  say(me: Trader, payment: Uint8Array): void {
    const to = this.#otherOf(me)
    this.#queue.push(() => to.payments.hear(this.#partyOf(me), payment))
  }

  /**
   * Sends a piece from `me`, if the payments of `me` allow it. Returns whether they allow it. `isWrong`: the receiver finds wrong bytes,
   * and leaves. `isChecked`: the receiver can check the bytes.
   */
  piece(me: Trader, byteLength: number, { isWrong = false, isChecked = true } = {}): boolean {
    const to = this.#otherOf(me)
    const piece = { streamId: '0x00', sequenceNumber: 0n, byteLength } as const
    if (!me.payments.maySend(this.#partyOf(to), piece)) return false
    me.payments.sent(this.#partyOf(to), piece)
    this.sent.set(me, (this.sent.get(me) ?? 0) + byteLength)
    const from = this.#partyOf(me)
    this.#queue.push(() => {
      to.payments.received(from, piece)
      if (isWrong) this.close()
      else if (isChecked) to.payments.checked(from, piece)
    })
    return true
  }

  /** Delivers the oldest message. Returns whether there was a message. */
  deliver(): boolean {
    const delivery = this.#queue.shift()
    delivery?.()
    return delivery !== undefined
  }

  /** Delivers all messages, until no side sends a message for eight turns. Does not wait for a cheque that is being signed or stored. */
  async deliverAll(): Promise<void> {
    let turns = 0
    for (let idle = 0; idle < 8; ) {
      if (++turns > 10_000) throw new RangeError('The peers still send messages after 10,000 turns.')
      if (this.deliver()) idle = 0
      else idle++
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /**
   * Delivers all messages, and waits until both sides have signed, checked and stored their cheques and send no more messages. It does not matter how
   * long the machine needs for that.
   */
  async quiet(): Promise<void> {
    const calls = () => this.#sides.flatMap(({ calls }) => [...calls])
    for (await this.deliverAll(); calls().length > 0; await this.deliverAll()) await Promise.allSettled(calls())
  }

  /** The connection breaks: the messages on their way are lost. */
  close(): void {
    this.#queue.length = 0
    for (const me of this.#sides) this.lose(me)
  }

  /** `me` notices that the connection has broken. */
  lose(me: Trader): void {
    me.payments.left(this.#partyOf(this.#otherOf(me)))
  }
}

/** The debt of the peer `about`, as the peer `of` counts it. */
export const balance = (of: Trader, about: Trader): bigint => of.payments.balanceOf(about.account.address)

/**
 * Traders with one chequebook and one clock, for one test. `open`: a trader with a deposit of 10^9 wei. `serve`: the relay sends as many
 * pieces as its payments allow, at most `count`, at the speed of the video; resolves to the number of pieces.
 */
export function createMarket() {
  const traders: Trader[] = []
  const market = {
    chequebook: new ChequebookModel(),
    nowMs: 0,
    async open(options: Partial<TraderOptions> = {}): Promise<Trader> {
      const { chequebook } = market
      const trader = await openTrader({ chequebook, nowMs: () => market.nowMs, ...options })
      chequebook.deposit(trader.account.address, 10n ** 9n)
      traders.push(trader)
      return trader
    },
    async serve(wire: Wire, relay: Trader, count: number): Promise<number> {
      let served = 0
      for (let tries = 0; tries < count + 3 && served < count; tries++) {
        if (wire.piece(relay, pieceBytes)) served++
        market.nowMs += pieceMs
        await wire.quiet()
      }
      return served
    },
    tick() {
      for (const { payments } of traders) payments.tick()
    },
    close() {
      for (const { payments } of traders) payments.close()
    },
  }
  return market
}
export type Market = ReturnType<typeof createMarket>
