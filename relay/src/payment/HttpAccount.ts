import { Cheque, Json, type typedData } from '@lp/contracts/protocol'
import { type Address, isAddressEqual } from 'viem'
import { logOf } from '../log'
import type { Party } from '../mesh/Accounting'
import { ChequeWait } from './ChequeWait'
import { type Exchange, Exchanges } from './Exchanges'
import { type Domain, isOfPayee, signAsPayer } from './HttpHello'
import { countedBody, shortText } from './httpBody'
import { readAccount, readHelloAnswer, readRefusal, type Statement } from './httpMessages'
import { decode, encode, type Message } from './messages'
import type { Account, Offer } from './PaymentRequired'
import type { Payments } from './Payments'

const log = logOf('payment')

export type HttpAccountOptions = {
  payments: Payments
  /** Our payment key. */
  signer: typedData.Signer
  domain: Domain
  /** Whether this key belongs to a registered relay. We pay only registered relays. */
  isRelay(payee: Address): boolean | Promise<boolean>
  fetch: typeof fetch
}

/** One request. `signal`: its AbortSignal. */
type Asking = { exchange: Exchange; signal: AbortSignal | undefined }

const postTimeoutMs = 10_000
/** An honest answer to a hello or to a cheque is shorter. */
const maxAnswerBytes = 8_192

/** Our purchases from one relay over HTTP. They share one balance with our connections to the same relay in the mesh. */
export class HttpAccount {
  readonly #options: HttpAccountOptions
  readonly #offer: Offer
  readonly #party: Party
  #token = ''
  #statement: Statement | undefined
  #weiPerByte = 0n
  /** The newest `Account.given`. */
  #given = 0n
  /** The newest `Account.credit`. */
  #credit: bigint | undefined
  readonly #exchanges = new Exchanges()
  /** The number of cheques that are on their way to the relay. */
  #handing = 0
  /** Whether the relay did not take our last cheque. */
  #isRefused = false
  readonly #wait = new ChequeWait()

  private constructor(options: HttpAccountOptions, offer: Offer) {
    const { payee } = offer
    this.#options = options
    this.#offer = offer
    this.#party = {
      ...{ id: payee, streamId: '0x', role: 'relay', address: payee, paymentKey: payee },
      capabilities: new Set(['payments']),
    }
  }

  /**
   * Says hello to the relay, with our payment key. `undefined`: the offer is our own, no registered relay has signed it, or the relay refuses our
   * hello. Rejects with `json.MalformedError`, or the error of `fetch` or `isRelay`.
   */
  static async open(options: HttpAccountOptions, offer: Offer): Promise<HttpAccount | undefined> {
    const { serviceUri, payee, signature, challenge } = offer
    const { signer, domain, payments, isRelay } = options
    if (isAddressEqual(payee, signer.address) || !(await isRelay(payee))) return undefined
    // If the relay could name the key of another relay, it could change our balance with that other relay.
    if (!(await isOfPayee({ serviceUri, payee }, signature, domain))) return undefined
    const account = new HttpAccount(options, offer)
    const link = {
      send: (payment: Uint8Array) => account.#say(decode(payment)),
      askAgain: () => account.#wait.end(true),
      ban: () => account.#wait.end(false),
    }
    payments.met(account.#party, link, { isOverHttp: true })
    try {
      const signed = await signAsPayer({ serviceUri, payer: signer.address, challenge }, signer, domain)
      const statement = account.#statement
      const hello = { payer: signer.address, challenge, signature: signed, ...(statement && { statement }) }
      const { status, text } = await account.#post('/payers', hello)
      if (status === 200) {
        account.#begin(text)
        return account
      }
    } catch (error) {
      account.close()
      throw error
    }
    account.close()
    return undefined
  }

  close(): void {
    this.#wait.end(false)
    this.#options.payments.left(this.#party)
  }

  /**
   * The relay has refused to send an answer before we pay. Resolves to true if the caller should send the request again. Resolves to false if we do not
   * pay, or if the relay did not take our cheque. Rejects with the reason of `signal`.
   */
  async pay(offer: Offer, { exchange, signal }: Asking): Promise<boolean> {
    const { payments } = this.#options
    this.#learn(offer, exchange)
    payments.wants(this.#party, offer.amount - offer.owed)
    this.#hear({ type: 'refusal', reason: 'unpaid', amount: offer.owed > 0n ? offer.owed : 0n })
    const payment = payments.paymentTo(this.#party)
    if (!payment || (payment === 'sent' && this.#handing === 0 && this.#isRefused)) return false
    return this.#wait.wait(signal)
  }

  /** Adds our token to the URL of a request, and counts the bytes of the answer. `ask` sends the request. */
  async ask(
    url: string,
    { signal, ask }: { signal: AbortSignal | undefined; ask(url: string): Promise<Response> },
  ): Promise<{ response: Response; exchange: Exchange }> {
    const exchange = this.#exchanges.begin()
    try {
      const response = await ask(this.#sign(url))
      const given = response.headers.get('lp-given')
      // Without this header, the relay did not charge us: it sent the answer from the free allowance of our network address.
      const isCounted = given !== null && /^\d{1,28}$/.test(given) && response.body !== null
      if (!isCounted) exchange.end()
      else this.#give(BigInt(given))
      return { response: isCounted ? this.#counted(response, { signal, exchange }) : response, exchange }
    } catch (error) {
      exchange.end()
      throw error
    }
  }

  #counted(response: Response, { signal, exchange }: Asking): Response {
    let bytes = 0
    const body = countedBody(response.body as ReadableStream<Uint8Array>, {
      signal,
      onBytes: (byteLength) => {
        bytes += byteLength
        this.#options.payments.received(this.#party, { byteLength })
      },
      onEnd: (isComplete) => {
        exchange.end()
        // If we paid nothing for the bytes of a cancelled answer, the relay would soon stop serving us.
        if (!isComplete) this.#options.payments.cancelled(this.#party, { byteLength: bytes })
      },
    })
    return new Response(body, response)
  }

  /** Bytes of the relay were correct. */
  checked(byteLength: number): void {
    this.#options.payments.checked(this.#party, { byteLength })
  }

  #begin(text: string): void {
    const { token, weiPerByte, statement, ...account } = readHelloAnswer(text)
    this.#token = token
    this.#weiPerByte = weiPerByte
    this.#given = account.given
    this.#hearOffer(account)
    if (statement) this.#hear({ type: 'statement', ...statement })
  }

  #learn(account: Account, exchange: Exchange): void {
    this.#give(account.given)
    this.#hearOffer(account)
    // While bytes or cheques are on their way, the balances differ.
    if (exchange.isAlone() && !this.#options.payments.paymentTo(this.#party)) this.#agree(account.owed)
  }

  /** Accepts a smaller debt than we count: only the relay knows all its gifts to us. `PaymentChannel` accepts a part of a larger debt. */
  #agree(owed: bigint): void {
    const more = owed + this.#options.payments.balanceOf(this.#offer.payee)
    if (more < 0n) this.#hear({ type: 'gift', amount: more < -Cheque.maxAmount ? Cheque.maxAmount : -more })
  }

  #give(given: bigint): void {
    const amount = given - this.#given
    if (amount <= 0n) return
    this.#given = given
    this.#hear({ type: 'gift', amount })
  }

  #hearOffer({ credit }: Account): void {
    // An offer ends all waits for a cheque, so an offer that is not new would send all waiting requests again too early.
    if (credit === this.#credit) return
    this.#credit = credit
    const { splitee, splitBps } = this.#offer
    this.#hear({ type: 'offer', weiPerByte: this.#weiPerByte, credit, splitee, splitBps })
  }

  #hear(message: Message): void {
    this.#options.payments.hear(this.#party, encode(message))
  }

  /** Takes a message of `Payments` for the relay. HTTP has a request only for a cheque, and for a statement (in the hello). */
  #say(message: Message | undefined): void {
    if (message?.type === 'statement') this.#statement = message
    if (message?.type === 'cheque') void this.#hand(message)
  }

  async #hand({ cheque }: Extract<Message, { type: 'cheque' }>): Promise<void> {
    this.#handing++
    const exchange = this.#exchanges.begin()
    try {
      const { status, text } = await this.#post(this.#sign('/cheques'), cheque)
      this.#isRefused = status !== 200
      if (this.#isRefused) return this.#hear({ type: 'refusal', ...readRefusal(text) })
      const account = readAccount(text)
      this.#hear({ type: 'accepted', cumulative: account.accepted })
      this.#learn(account, exchange)
    } catch (error) {
      // `Payments` sends the cheque again later.
      this.#isRefused = true
      log.debug('cheque not handed over', () => ({ relay: this.#offer.serviceUri, reason: `${error}` }))
    } finally {
      this.#handing--
      exchange.end()
      this.#wait.end(!this.#isRefused)
    }
  }

  /** The URL with our token. */
  #sign(url: string): string {
    return `${url}${url.includes('?') ? '&' : '?'}payer=${this.#token}`
  }

  /** The type of the body is text, so a browser sends no preflight request. */
  async #post(path: string, document: object): Promise<{ status: number; text: string }> {
    const response = await this.#options.fetch(`${this.#offer.serviceUri}${path}`, {
      method: 'POST',
      body: Json.stringify(document),
      ...{ credentials: 'omit', referrerPolicy: 'no-referrer', redirect: 'error' },
      signal: AbortSignal.timeout(postTimeoutMs),
    })
    return { status: response.status, text: await shortText(response, maxAnswerBytes) }
  }
}
