import { isRegistered, type MeshPayments, type PaymentEvent, PriceWatch } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import type { Address, Client } from 'viem'
import type { Problem } from '../ui/Problem'
import { readChoice, storeChoice } from './choiceStore'
import type { Engine, Purse } from './engine'
import { bytesPerSecond, type Sample, withSample } from './figures'
import { noChoice, type PaymentChoice } from './PaymentChoice'
import { type PaymentSnapshot, snapshotOf } from './PaymentSnapshot'
import { problemOf } from './problemOf'

const log = logOf('payments')

export type ViewerPaymentsOptions = {
  chainId: number
  client: Client
  /** The bytes of the stream so far. */
  readTotals(): { bytesFromPeers: number; bytesFromRelays: number; bytesToPeers: number }
  /** `mesh` has changed: join the mesh again with it. */
  onRejoin(): void
}

/** What the card uses. */
export type PaymentControl = Pick<ViewerPayments, 'subscribe' | 'getSnapshot' | 'pay' | 'stop' | 'limit'>

const tickMs = 1_000
const readAgainMs = 15_000

/** The payments of one viewer for one stream: from the first price that it hears of, to the end of the page. */
export class ViewerPayments {
  /** Whether this address is a registered relay, which can be paid ahead. Rejects with the error of the chain. */
  readonly isRelay: (address: Address) => Promise<boolean>
  readonly #options: ViewerPaymentsOptions
  readonly #listeners = new Set<() => void>()
  readonly #closing = new AbortController()
  #timer: ReturnType<typeof setInterval> | undefined
  #mesh: MeshPayments = { accounting: new PriceWatch(() => this.#heardPrice()) }
  #choice: PaymentChoice
  #engine: Engine | undefined
  #purse: Purse | undefined
  #opening: AbortController | undefined
  #isElsewhere = false
  #problem: Problem | undefined
  #refusal: string | undefined
  #isShort = false
  /** Of engines before this one, in wei. */
  #before = { spent: 0n, given: 0n }
  #samples: Sample[] = []
  #readMs = 0
  #snapshot: PaymentSnapshot

  constructor(options: ViewerPaymentsOptions) {
    this.#options = options
    this.isRelay = isRegistered(options.client)
    this.#choice = readChoice(options.chainId)
    this.#snapshot = this.#look()
  }

  /** With this, the viewer joins the mesh. */
  get mesh(): MeshPayments {
    return this.#mesh
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): PaymentSnapshot => this.#snapshot

  /** Pays from the deposit of this wallet, at the present price. Call it after the wallet has changed its deposit or authorised the session key, too. */
  pay(issuer: Address): void {
    const { weiPerByte } = this.#snapshot
    const before = this.#choice.issuer === issuer ? this.#choice : { ...noChoice, issuer }
    const isDearer = weiPerByte > before.maxWeiPerByte
    this.#choose({ ...before, maxWeiPerByte: isDearer ? weiPerByte : before.maxWeiPerByte })
    // A change of the deposit needs no new connections.
    if (!isDearer && this.#purse?.issuer === issuer && this.#purse.isAuthorised) this.#readAgain()
    else this.#restart()
  }

  stop(): void {
    this.#choose(noChoice)
    this.#restart()
  }

  /** The most that this browser pays in all, in wei. `undefined`: the whole deposit. */
  limit(limitWei: bigint | undefined): void {
    this.#choose({ ...this.#choice, limitWei })
  }

  close(): void {
    this.#closing.abort()
    clearInterval(this.#timer)
    this.#listeners.clear()
    this.#opening?.abort()
    this.#engine?.payments.close()
    this.#purse?.close()
  }

  #choose(choice: PaymentChoice): void {
    this.#choice = choice
    storeChoice(this.#options.chainId, choice)
    this.#change()
  }

  #heardPrice(): void {
    if (!this.#engine && !this.#opening) this.#restart()
  }

  /** Opens the purse of the chosen wallet, and joins the mesh with it. Joins without it while another tab has the purse. */
  #restart(): void {
    this.#opening?.abort()
    const opening = new AbortController()
    this.#opening = opening
    // A viewer of a free stream has no timer.
    this.#timer ??= setInterval(() => this.#tick(), tickMs)
    this.#open(opening.signal).catch((error: Error) => {
      if (opening.signal.aborted) return
      log.fault(error)
      this.#problem = problemOf(error)
      this.#readMs = performance.now()
      this.#change()
    })
  }

  async #open(signal: AbortSignal): Promise<void> {
    const { chainId, client } = this.#options
    const { Purse, startEngine } = await import('./engine')
    signal.throwIfAborted()
    const use = (purse: Purse | undefined) => this.#use(purse, startEngine)
    const { issuer } = this.#choice
    this.#isElsewhere = false
    if (issuer === undefined || issuer === this.#purse?.issuer) {
      if (issuer !== undefined) await this.#purse?.refresh()
      signal.throwIfAborted()
      return use(issuer === undefined ? undefined : this.#purse)
    }
    this.#purse?.close()
    this.#purse = undefined
    const onWait = () => {
      this.#isElsewhere = true
      use(undefined)
    }
    const purse = await Purse.open({ client, chainId, issuer }, { signal, onWait }).catch((error: unknown) => {
      if (!signal.aborted && !this.#engine) use(undefined)
      throw error
    })
    if (signal.aborted) return purse.close()
    this.#isElsewhere = false
    use(purse)
  }

  #use(purse: Purse | undefined, startEngine: typeof import('./engine').startEngine): void {
    const { chainId, onRejoin } = this.#options
    const { payments } = this.#engine ?? {}
    this.#before = { spent: this.#spent, given: this.#given }
    payments?.close()
    if (this.#purse !== purse) this.#purse?.close()
    this.#purse = purse
    this.#isShort = false
    this.#refusal = undefined
    this.#problem = undefined
    this.#engine = startEngine({
      ...{ chainId, purse, maxWeiPerByte: this.#choice.maxWeiPerByte },
      bytesPerSecond: bytesPerSecond(this.#samples),
      onEvent: (event) => this.#hear(event),
    })
    this.#mesh = this.#engine.mesh
    this.#readMs = performance.now()
    this.#change()
    onRejoin()
  }

  #hear(event: PaymentEvent): void {
    if (event.type === 'fault') this.#problem = problemOf(event.error)
    if (event.type === 'paid') this.#isShort = false
    if (event.type === 'budget') this.#isShort = true
    if (event.type === 'acknowledged') this.#refusal = undefined
    // `unpaid` asks for a payment, and `price` is our own word. The others refuse a cheque.
    if (event.type === 'refused' && !['unpaid', 'price', 'budget'].includes(event.reason)) this.#refusal = event.reason
    // The deposit has changed, or another payee has cashed.
    if (event.type === 'short' || event.type === 'refused') this.#readMs = Number.NEGATIVE_INFINITY
  }

  #tick(): void {
    const { bytesFromPeers, bytesFromRelays } = this.#options.readTotals()
    const sample = { atMs: performance.now(), spent: this.#spent, bytes: bytesFromPeers + bytesFromRelays }
    this.#samples = withSample(this.#samples, sample)
    if (performance.now() - this.#readMs >= readAgainMs) this.#readAgain()
    this.#change()
  }

  #readAgain(): void {
    this.#readMs = performance.now()
    if (this.#problem && !this.#purse) this.#restart()
    const wasAuthorised = this.#purse?.isAuthorised
    this.#purse?.refresh().then(
      () => {
        this.#problem = undefined
        // The wallet has authorised the key in the meantime.
        if (this.#purse?.isAuthorised && wasAuthorised === false) this.#restart()
        this.#change()
      },
      (error: Error) => log.debug('the deposit could not be read', () => ({ error })),
    )
  }

  get #spent(): bigint {
    return this.#before.spent + (this.#engine?.payments.spent ?? 0n)
  }

  get #given(): bigint {
    return this.#before.given + (this.#engine?.payments.given ?? 0n)
  }

  #change(): void {
    if (this.#closing.signal.aborted) return
    this.#snapshot = this.#look()
    const { left } = this.#snapshot
    if (left !== undefined) this.#engine?.payments.limit(left + this.#engine.payments.spent)
    for (const listener of [...this.#listeners]) listener()
  }

  #look(): PaymentSnapshot {
    return snapshotOf({
      ...{ engine: this.#engine, purse: this.#purse, choice: this.#choice, samples: this.#samples },
      ...{ spent: this.#spent, given: this.#given, bytesToPeers: this.#options.readTotals().bytesToPeers },
      ...{ isElsewhere: this.#isElsewhere, isShort: this.#isShort, refusal: this.#refusal, problem: this.#problem },
      nowMs: Date.now(),
    })
  }
}
