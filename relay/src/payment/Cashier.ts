import { Cheque, ProtocolError } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import { logOf } from '../log'
import { Emitter } from '../mesh/Emitter'
import type { ChequebookChain } from './ChequebookChain'
import { type Accepted, ChequeTill } from './ChequeTill'
import { type ChequeKey, ChequeWriter } from './ChequeWriter'
import { batchesOf, type CashingPolicy, defaultPolicy, reasonToCash, waitAfterBounces } from './cashing'
import { expiryOf, type HeldCheque, owedOf } from './HeldCheque'
import type { PaymentStore } from './PaymentStore'

const log = logOf('payment')

export type CashierOptions = {
  store: PaymentStore
  chain: ChequebookChain
  domain: Cheque.Domain
  /** Signs our cheques. `undefined`: we do not pay. */
  key: ChequeKey | undefined
  /** Whether cheques of this channel pay us, with the split that we ask for. */
  isOurs(channel: Cheque.Channel): boolean
  policy?: CashingPolicy
  /** Unix time in milliseconds. */
  nowMs(): number
}

/** `party`: the payment key of the peer that gave us the cheque, in lower case. Amounts in wei. */
export type CashierEvents = {
  cashed: [party: string, amount: bigint]
  /** The contract would not pay this part of a cheque now. The peer owes us this amount again. */
  bounced: [party: string, amount: bigint]
  /** Of an amount that had bounced, the contract has paid this part, or would pay it now. */
  recovered: [party: string, amount: bigint]
  fault: [error: Error]
}

/** The largest number of cheques in one transaction. A cheque in a batch costs less gas than a cheque alone. A block can contain more cheques. */
const maxBatch = 20
/** After a failed transaction, we wait this time. */
const retryMs = 60_000
/** Before a cash-out, we read the facts about a cheque again if they are older than this. An event of the chain makes them old at once. */
const factsMs = 600_000

/** Writes our cheques, checks and keeps the cheques of others, and cashes them when this is worth the gas. */
export class Cashier extends Emitter<CashierEvents> {
  readonly #options: CashierOptions
  readonly #writer: ChequeWriter | undefined
  readonly #till: ChequeTill
  /** By channel: the time of the next attempt, after a bounce or a failed transaction. */
  readonly #notBeforeMs = new Map<Hex, number>()
  #reviewing: Promise<void> | undefined

  private constructor(options: CashierOptions, writer: ChequeWriter | undefined, till: ChequeTill) {
    super()
    this.#options = options
    this.#writer = writer
    this.#till = till
  }

  /** Reads the stored cheques. Rejects with the errors of `ChequeWriter.open` and `ChequeTill.open`. */
  static async open(options: CashierOptions): Promise<Cashier> {
    const { store, domain, key } = options
    const writer = key && (await ChequeWriter.open({ store, domain, ...key }))
    return new Cashier(options, writer, await ChequeTill.open(options))
  }

  /** The account whose deposit pays our cheques. `undefined`: we do not pay. */
  get issuer(): Address | undefined {
    return this.#writer?.issuer
  }

  /** The part of the peer's cheques that the contract would not pay, in wei. `party`: the payment key of the peer, in lower case. */
  missingOf(party: string): bigint {
    return this.#of(party).reduce((sum, { missing }) => sum + missing, 0n)
  }

  /** The `cumulative` of the newest cheque that the peer has given us, in any of its channels. 0: we hold no cheque of the peer. */
  heldOf(party: string): bigint {
    return this.#of(party).at(-1)?.cheque.cumulative ?? 0n
  }

  /** The sum that we would get for all held cheques if the deposits cover them, in wei. */
  get outstanding(): bigint {
    return this.#till.cheques.reduce((sum, held) => sum + owedOf(held), 0n)
  }

  /** The issuers of the cheques that we hold. */
  get issuers(): readonly Address[] {
    return [...new Set(this.#till.cheques.map(({ cheque }) => cheque.issuer))]
  }

  /** `ChequeWriter.last`. */
  last(channel: Cheque.Channel): Cheque.SignedCheque | undefined {
    return this.#writer?.last(channel)
  }

  /** `ChequeWriter.channelTo`. */
  channelTo(party: string): Cheque.Channel | undefined {
    return this.#writer?.channelTo(party)
  }

  /** `ChequeWriter.spent`. 0 if we do not pay. */
  get promised(): bigint {
    return this.#writer?.spent ?? 0n
  }

  /** `ChequeWriter.raise`. */
  raise(limits: Pick<ChequeKey, 'cap' | 'expiry'>): void {
    this.#writer?.raise(limits)
  }

  /** `ChequeWriter.promisedTo`. 0 if we do not pay. */
  promisedTo(party: string): bigint {
    return this.#writer?.promisedTo(party) ?? 0n
  }

  /** `ChequeWriter.write`. Rejects with `NoKeyError` without a key. */
  async write(
    channel: Cheque.Channel,
    { amount, party }: { amount: bigint; party: string },
  ): Promise<Cheque.SignedCheque> {
    if (!this.#writer) throw new NoKeyError()
    return this.#writer.write(channel, { amount, party, nowSeconds: BigInt(Math.floor(this.#options.nowMs() / 1_000)) })
  }

  /** `ChequeTill.accept`. */
  accept(cheque: Cheque.SignedCheque, party: string): Promise<Accepted> {
    return this.#till.accept(cheque, party)
  }

  /** The deposit, a channel or a key of this issuer has changed on chain. Reads the facts about its cheques again, and reviews all cheques. */
  issuerChanged(issuer: Address): Promise<void> {
    this.#till.issuerChanged(issuer)
    for (const { cheque } of this.#till.cheques)
      if (cheque.issuer.toLowerCase() === issuer.toLowerCase()) this.#notBeforeMs.delete(Cheque.channelId(cheque))
    return this.review()
  }

  /**
   * Cashes the cheques that are due. Call this from time to time, and with `isStopping` before the process stops. Emits each error as `fault`. A
   * second call waits until the first has ended.
   */
  review({ isStopping = false }: { isStopping?: boolean } = {}): Promise<void> {
    const before = this.#reviewing ?? Promise.resolve()
    const reviewing = before.then(() => this.#review(isStopping)).catch((error: Error) => this.#fault(error))
    this.#reviewing = reviewing
    return reviewing
  }

  async #review(isStopping: boolean): Promise<void> {
    const due = await this.#due(isStopping)
    for (const batch of batchesOf(due, maxBatch)) await this.#cash(batch).catch((error: Error) => this.#fault(error))
  }

  async #due(isStopping: boolean): Promise<HeldCheque[]> {
    const { chain, policy = defaultPolicy, nowMs } = this.#options
    const owing = this.#till.cheques.filter((held) => owedOf(held) > 0n)
    for (const held of owing) await this.#refresh(held)
    const waiting = owing.filter(({ cheque }) => (this.#notBeforeMs.get(Cheque.channelId(cheque)) ?? 0) <= nowMs())
    if (waiting.length === 0) return []
    const batch = Math.min(waiting.length, maxBatch)
    const cost = (await chain.costOf(batch)) / BigInt(batch)
    return waiting.filter((held) => {
      const { account, time } = held.facts
      const facts = {
        owed: owedOf(held) - held.missing,
        cost,
        withdrawal: account.withdrawal,
        expiry: expiryOf(held),
        time,
      }
      const reason = reasonToCash({ ...facts, isShort: this.#till.isShort(held), isStopping }, policy)
      if (reason) log.debug('cheque is due', () => ({ issuer: held.cheque.issuer, reason, owed: facts.owed }))
      return reason !== undefined
    })
  }

  async #cash(batch: readonly HeldCheque[]): Promise<void> {
    const { chain, nowMs } = this.#options
    const wait = (held: HeldCheque, ms: number) => this.#notBeforeMs.set(Cheque.channelId(held.cheque), nowMs() + ms)
    for (const held of batch) wait(held, retryMs)
    const results = await chain.cash(batch.map(({ cheque }) => cheque))
    for (const [at, held] of batch.entries()) {
      const { paid, hasBounced } = results[at] ?? { paid: 0n, hasBounced: false }
      if (paid > 0n) this.emit('cashed', held.party, paid)
      if (hasBounced) {
        this.#till.noteBounce(held)
        wait(held, 1_000 * waitAfterBounces(this.#till.bouncesOf(held.cheque.issuer)))
      } else if (paid > 0n) this.#notBeforeMs.delete(Cheque.channelId(held.cheque))
      this.#till.issuerChanged(held.cheque.issuer)
      // The peer can have given us a newer cheque during the transaction.
      await this.#refresh(this.#till.newest(held) ?? held)
    }
  }

  async #refresh(held: HeldCheque): Promise<void> {
    const more = await this.#till.refresh(held, factsMs)
    if (more > 0n) this.emit('bounced', held.party, more)
    if (more < 0n) this.emit('recovered', held.party, -more)
  }

  #of(party: string): HeldCheque[] {
    return this.#till.cheques.filter((held) => held.party === party)
  }

  #fault(error: Error): void {
    log.fault(error)
    this.emit('fault', error)
  }
}

export class NoKeyError extends ProtocolError {
  override readonly name = 'Cashier.NoKeyError'
  constructor() {
    super('We have no key that signs cheques, so we cannot pay.')
  }
}
