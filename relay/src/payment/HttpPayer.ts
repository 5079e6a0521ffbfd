import { isAddressEqual } from 'viem'
import { logOf } from '../log'
import { Emitter } from '../mesh/Emitter'
import type { Exchange } from './Exchanges'
import { HttpAccount, type HttpAccountOptions } from './HttpAccount'
import { shortText } from './httpBody'
import { decode, type Offer } from './PaymentRequired'

const log = logOf('payment')

/** `signer`: the key that HELLO names in the mesh. `fetch`: default `globalThis.fetch`. */
export type HttpPayerOptions = Omit<HttpAccountOptions, 'fetch'> & { fetch?: typeof fetch }

export type HttpPayerEvents = {
  /**
   * A relay sends no more bytes before we pay, and we do not pay: for example, the budget is used up, the price is too high, or the relay refused our
   * cheque.
   */
  unpaid: [offer: Offer]
}

/** A `fetch` that pays relays. The caller reports with `checked` which bytes were correct. `uri`: the service URI of the relay. */
export type PayingFetch = typeof fetch & { checked(uri: string, byteLength: number): void }

const maxOfferBytes = 8_192
/** We send one request at most this number of times: again after a hello, and again after a cheque. */
const maxTries = 4
/** The shortest pauses between two hellos to the same relay. `afterFailure`: the first of the two hellos failed. */
const pauseMs = { afterFailure: 5_000, betweenHellos: 60_000 }
/** The paths of the bytes that relays sell. We send the token only in requests for these paths. */
const soldPath = /\/(payload\/|segments\/[^/?]+\/\d)/

/** An answer 402. `known`: the account whose token the request had. */
type Refused = {
  offer: Offer
  known: { account: HttpAccount; exchange: Exchange } | undefined
  signal: AbortSignal | undefined
}

/** Pays relays over HTTP. A relay learns our payment key only after it has answered 402. */
export class HttpPayer extends Emitter<HttpPayerEvents> {
  readonly #options: HttpPayerOptions
  readonly #ask: typeof fetch
  /** By service URI. */
  readonly #accounts = new Map<string, { account: HttpAccount | undefined; openedMs: number }>()
  readonly #opening = new Map<string, Promise<void>>()
  #isClosed = false

  /** After an answer 402, pays if it can, and sends the request again. Returns all other answers as `fetch` does. */
  readonly fetch: PayingFetch

  constructor(options: HttpPayerOptions) {
    super()
    this.#options = options
    this.#ask = options.fetch ?? globalThis.fetch.bind(globalThis)
    this.fetch = Object.assign((input: RequestInfo | URL, init?: RequestInit) => this.#fetch(input, init), {
      checked: (uri: string, byteLength: number) => this.#accounts.get(uri)?.account?.checked(byteLength),
    })
  }

  close(): void {
    this.#isClosed = true
    for (const { account } of this.#accounts.values()) account?.close()
    this.#accounts.clear()
  }

  async #fetch(input: RequestInfo | URL, init: RequestInit | undefined): Promise<Response> {
    const url = `${input instanceof Request ? input.url : input}`
    const signal = init?.signal ?? undefined
    for (let tries = 1; ; tries++) {
      const account = soldPath.test(url) ? this.#accountOf(url) : undefined
      const asked = await account?.ask(url, { signal, ask: (signed) => this.#ask(signed, init) })
      const response = asked?.response ?? (await this.#ask(input, init))
      if (response.status !== 402) return response
      const text = await shortText(response, maxOfferBytes)
      const offer = decode(text)
      const known = account && asked && { account, exchange: asked.exchange }
      if (offer && tries < maxTries && (await this.#settle(url, { offer, known, signal }))) continue
      if (offer) this.emit('unpaid', offer)
      return new Response(text, response)
    }
  }

  #accountOf(url: string): HttpAccount | undefined {
    for (const [uri, { account }] of this.#accounts) if (url.startsWith(`${uri}/`)) return account
    return undefined
  }

  /** Pays, or says hello. Resolves to whether to send the request again. Rejects with the reason of `signal`. */
  async #settle(url: string, { offer, known, signal }: Refused): Promise<boolean> {
    const { domain, signer } = this.#options
    const { serviceUri, payer } = offer
    const isOurs = offer.chainId === domain.chainId && isAddressEqual(offer.chequebook, domain.chequebook)
    if (!isOurs || !url.startsWith(`${serviceUri}/`)) return false
    const isKnown = payer !== undefined && isAddressEqual(payer, signer.address)
    if (known && isKnown && (await known.account.pay(offer, { ...known, signal }))) return true
    await this.#opening.get(serviceUri)
    const { account, openedMs = Number.NEGATIVE_INFINITY } = this.#accounts.get(serviceUri) ?? {}
    // Another request has said hello since this request was sent.
    if (account && account !== known?.account) return true
    const sinceMs = performance.now() - openedMs
    // Perhaps we have paid all that we owe by our own count, but the relay counts a larger debt. A hello compares the two balances, so we say hello
    // again, but not often.
    if (account && isKnown && sinceMs < pauseMs.betweenHellos) return false
    if (!account && sinceMs < pauseMs.afterFailure) return false
    await this.#open(offer)
    signal?.throwIfAborted()
    return this.#accounts.get(serviceUri)?.account !== undefined
  }

  /** Requests at the same time share one hello. */
  #open(offer: Offer): Promise<void> {
    const { serviceUri } = offer
    const opening = this.#opening.get(serviceUri) ?? this.#hello(offer).finally(() => this.#opening.delete(serviceUri))
    this.#opening.set(serviceUri, opening)
    return opening
  }

  async #hello(offer: Offer): Promise<void> {
    const { serviceUri } = offer
    this.#accounts.get(serviceUri)?.account?.close()
    this.#accounts.set(serviceUri, { account: undefined, openedMs: performance.now() })
    const account = await HttpAccount.open({ ...this.#options, fetch: this.#ask }, offer).catch((error: unknown) => {
      log.debug('hello failed', () => ({ relay: serviceUri, reason: `${error}` }))
      return undefined
    })
    if (this.#isClosed) account?.close()
    else this.#accounts.set(serviceUri, { account, openedMs: performance.now() })
  }
}
