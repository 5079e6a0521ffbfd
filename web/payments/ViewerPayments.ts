import type { HttpPayer, MeshPayments, Sale, Viewer } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import type { Address, Client } from 'viem'
import { readChoice, storeChoice } from './choiceStore'
import type { Engine, KeyPurchase, Purse } from './engine'
import { bytesPerSecond, type Sample, withSample } from './figures'
import { noChoice, type PaymentChoice } from './PaymentChoice'
import { PaymentNews } from './PaymentNews'
import { max, type PaymentSnapshot, snapshotOf } from './PaymentSnapshot'
import { problemOf } from './problemOf'
import { UnloadedError } from './UnloadedError'
import { unlessAborted } from './unlessAborted'

const log = logOf('payments')

export type ViewerPaymentsOptions = {
  chainId: number
  /** Whether the chain knows this address as a relay. */
  isRelay(address: Address): Promise<boolean>
  /** False: this viewer uses only free bytes. The wallet that the person has chosen on the watch page pays nothing. */
  canPay: boolean
  client: Client
  /** The price that a relay has named, in wei for a byte. 0: not known yet. */
  weiPerByte: bigint
  /** The bytes of the stream so far. */
  readTotals(): { bytesFromPeers: number; bytesFromRelays: number; bytesToPeers: number }
  /** Whether the picture waits for bytes. */
  isWaiting(): boolean
  /** `mesh` has changed: join the mesh again with it. */
  onRejoin(): void
  /** Asks a key server of a paid stream. */
  ask: Viewer['askKeyServer']
  /** `canBuy` may have changed. */
  onKeys(): void
}

/** What the card uses. */
export type PaymentControl = Pick<ViewerPayments, 'subscribe' | 'getSnapshot' | 'pay' | 'stop' | 'limit'>

const tickMs = 1_000
const readAgainMs = 15_000

/** The payments of one viewer for one stream: from the first price that it hears of, to the end of the page. */
export class ViewerPayments {
  /** Pays relays that answer 402. The first calls wait for the code of payments. If it cannot be loaded, requests go out without payment. */
  readonly fetch: HttpPayer['fetch']
  readonly #options: ViewerPaymentsOptions
  readonly #listeners = new Set<() => void>()
  readonly #closing = new AbortController()
  readonly #timer: ReturnType<typeof setInterval>
  /** The first engine. `undefined`: the code of payments could not be loaded. The page tries again. */
  readonly #started: Promise<Engine | undefined>
  #start: (engine: Engine | undefined) => void = () => {}
  #choice: PaymentChoice
  #engine: Engine | undefined
  /** The highest price of the relays in the mesh, and the newest price over HTTP; also while no relay is connected. */
  #prices: { mesh: bigint; http: bigint }
  #purse: Purse | undefined
  #opening: AbortController | undefined
  #isElsewhere = false
  #news = new PaymentNews()
  /** Of engines before this one, in wei. */
  #before = { spent: 0n, given: 0n }
  /** How a paid stream is sold. */
  #sale: Sale | undefined
  /** The person has agreed to pay for this stream. Each page asks again. */
  #isAccepted = false
  #purchase: KeyPurchase | undefined
  #KeyPurchase: typeof KeyPurchase | undefined
  #keysSpent = 0n
  #samples: Sample[] = []
  #readMs = 0
  #snapshot: PaymentSnapshot

  constructor(options: ViewerPaymentsOptions) {
    this.#options = options
    this.#prices = { mesh: options.weiPerByte, http: 0n }
    this.#choice = options.canPay ? readChoice(options.chainId) : noChoice
    this.#started = new Promise((resolve) => {
      this.#start = resolve
    })
    this.fetch = Object.assign((input: RequestInfo | URL, init?: RequestInit) => this.#fetch(input, init), {
      checked: (uri: string, byteLength: number) => this.#engine?.http.fetch.checked(uri, byteLength),
    })
    this.#snapshot = this.#look()
    this.#timer = setInterval(() => this.#tick(), tickMs)
    this.#restart()
  }

  /** With this, the viewer joins the mesh. `undefined`: not before `onRejoin`. */
  get mesh(): MeshPayments | undefined {
    return this.#engine?.mesh
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): PaymentSnapshot => this.#snapshot

  /** Pays from the deposit of this wallet, at the present price. Call it after the wallet has changed its deposit or authorised the session key, too. */
  pay(issuer: Address): void {
    if (this.#sale) this.#isAccepted = true
    const { weiPerByte } = this.#snapshot
    const before = this.#choice.issuer === issuer ? this.#choice : { ...noChoice, issuer }
    const isDearer = weiPerByte > before.maxWeiPerByte
    this.#choose({ ...before, maxWeiPerByte: isDearer ? weiPerByte : before.maxWeiPerByte })
    // A change of the deposit needs no new connections.
    if (!isDearer && this.#purse?.issuer === issuer && this.#purse.isAuthorised) {
      this.#readAgain()
      if (this.canBuy) this.#options.onKeys()
    } else this.#restart()
  }

  stop(): void {
    this.#isAccepted = false
    this.#purchase?.close()
    this.#purchase = undefined
    this.#choose(noChoice)
    this.#restart()
    this.#options.onKeys()
  }

  /** The most that this browser pays in all, in wei. `undefined`: the whole deposit. */
  limit(limitWei: bigint | undefined): void {
    this.#choose({ ...this.#choice, limitWei })
  }

  /** The stream is paid. Call it with each newer offer, too. */
  offer(sale: Sale): void {
    const isNew = this.#sale === undefined
    this.#sale = sale
    this.#purchase?.follow(sale)
    if (isNew) this.#change()
  }

  /** Whether `keys` has a source. */
  get canBuy(): boolean {
    return this.#isAccepted && this.#purse?.isAuthorised === true
  }

  /** The keys of the paid stream. `undefined`: the person does not pay for it. */
  keys(sale: Sale): KeyPurchase['source'] | undefined {
    const purse = this.#purse
    if (!this.canBuy || !purse || !this.#KeyPurchase) return undefined
    this.offer(sale)
    if (this.#purchase?.purse !== purse) {
      this.#purchase?.close()
      this.#purchase = new this.#KeyPurchase({
        ...{ purse, sale, chainId: this.#options.chainId, ask: this.#options.ask },
        left: () => this.#look().left ?? 0n,
        onPaid: (amount) => {
          this.#keysSpent += amount
          this.#news.due('keys', true)
          this.#change()
        },
        onShort: () => {
          this.#news.due('keys', false)
          this.#change()
        },
      })
    }
    return this.#purchase.source
  }

  close(): void {
    this.#closing.abort()
    this.#purchase?.close()
    clearInterval(this.#timer)
    this.#listeners.clear()
    this.#opening?.abort()
    this.#engine?.close()
    this.#purse?.close()
  }

  async #fetch(input: RequestInfo | URL, init: RequestInit | undefined): Promise<Response> {
    const engine = this.#engine ?? (await unlessAborted(this.#started, init?.signal)) ?? this.#engine
    if (engine) return engine.http.fetch(input, init)
    const response = await fetch(input, init)
    if (response.status === 402) this.#refused()
    return response
  }

  #choose(choice: PaymentChoice): void {
    this.#choice = choice
    storeChoice(this.#options.chainId, choice)
    this.#change()
  }

  /** Opens the purse of the chosen wallet, and joins the mesh with it. Joins without it while another tab has the purse. */
  #restart(): void {
    this.#opening?.abort()
    const opening = new AbortController()
    this.#opening = opening
    this.#open(opening.signal).catch((error: Error) => {
      if (opening.signal.aborted) return
      log.fault(error)
      this.#news.problem = problemOf(error)
      this.#readMs = performance.now()
      this.#start(this.#engine)
      this.#change()
    })
  }

  async #open(signal: AbortSignal): Promise<void> {
    const { chainId, client } = this.#options
    const { KeyPurchase, Purse, startEngine } = await import('./engine').catch((cause: unknown) => {
      throw new UnloadedError({ cause })
    })
    this.#KeyPurchase = KeyPurchase
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
    const { chainId, isRelay, onRejoin } = this.#options
    this.#before = { spent: this.#bytesSpent, given: this.#given }
    this.#engine?.close()
    if (this.#purse !== purse) this.#purse?.close()
    this.#purse = purse
    const news = new PaymentNews()
    this.#news = news
    this.#engine = startEngine({
      ...{ chainId, purse, isRelay, maxWeiPerByte: this.#choice.maxWeiPerByte },
      bytesPerSecond: bytesPerSecond(this.#samples),
      onEvent: (event, party) => {
        if (news.hear(event, party)) this.#readMs = Number.NEGATIVE_INFINITY
      },
      onUnpaid: (weiPerByte) => {
        this.#prices.http = weiPerByte
        this.#refused()
      },
    })
    this.#start(this.#engine)
    this.#readMs = performance.now()
    this.#change()
    onRejoin()
    if (this.canBuy) this.#options.onKeys()
  }

  /** A relay sends nothing more until we pay. This matters only when the picture waits. */
  #refused(): void {
    if (this.#options.isWaiting()) this.#news.refuse()
  }

  #tick(): void {
    const { bytesFromPeers, bytesFromRelays } = this.#options.readTotals()
    const sample = { atMs: performance.now(), spent: this.#spent, bytes: bytesFromPeers + bytesFromRelays }
    // While the picture waits, few bytes come, and the stream would seem to cost nearly nothing.
    this.#samples = this.#options.isWaiting() ? [] : withSample(this.#samples, sample)
    this.#engine?.follow(bytesPerSecond(this.#samples))
    if (this.#engine?.payments.isRefused) this.#refused()
    const [highest = 0n] = [...(this.#engine?.payments.prices ?? [])].sort((a, b) => (a > b ? -1 : 1))
    if (highest > 0n) this.#prices.mesh = highest
    if (performance.now() - this.#readMs >= readAgainMs) this.#readAgain()
    this.#change()
  }

  #readAgain(): void {
    this.#readMs = performance.now()
    if (this.#news.problem && !this.#purse) this.#restart()
    const wasAuthorised = this.#purse?.isAuthorised
    this.#purse?.refresh().then(
      () => {
        this.#news.problem = undefined
        // The wallet has authorised the key in the meantime.
        if (this.#purse?.isAuthorised && wasAuthorised === false) this.#restart()
        this.#change()
      },
      (error: Error) => log.debug('the deposit could not be read', () => ({ error })),
    )
  }

  get #spent(): bigint {
    return this.#bytesSpent + this.#keysSpent
  }

  get #bytesSpent(): bigint {
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
    const { mesh, http } = this.#prices
    return snapshotOf({
      ...{ engine: this.#engine, purse: this.#purse, choice: this.#choice, samples: this.#samples },
      ...{ sale: this.#sale, isAccepted: this.#isAccepted },
      ...{ spent: this.#spent, given: this.#given, bytesToPeers: this.#options.readTotals().bytesToPeers },
      ...{ weiPerByte: max(mesh, http), isElsewhere: this.#isElsewhere, news: this.#news },
      nowMs: Date.now(),
    })
  }
}
