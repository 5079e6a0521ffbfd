import { Json, ProtocolError, type typedData } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import type { Party } from '../mesh/Accounting'
import { TokenBucket } from '../mesh/TokenBucket'
import { type Domain, isOfPayer, signAsPayee } from './HttpHello'
import { readCheque, readHello, type Statement } from './httpMessages'
import { decode, type Message } from './messages'
import { PayerTokens } from './PayerTokens'
import type { PaymentChannel } from './PaymentChannel'
import { type Buyer, PaymentLink } from './PaymentLink'
import { type Account, encode, type Offer } from './PaymentRequired'
import type { Payments } from './Payments'
import { refusalOf } from './refusalOf'
import { firstBytes, Sale } from './Sale'
import { costOf } from './Terms'

export type HttpSellerOptions = {
  payments: Payments
  domain: Domain
  /** Our payment key: cheques must name it as their beneficiary. */
  signer: typedData.Signer
  /** Our registered service URI. A payer that reaches us at another address cannot pay. */
  serviceUri: string
  nowMs?(): number
}

/** An answer with a status and a body in JSON. */
export type Reply = { status: number; body: string }

/** The client of a request. `token`: the query parameter `payer`. `network`: the IPv4 address of the client, or the first 64 bits of its IPv6 address. */
export type Client = { token: string | undefined; network: string }

/** One answer that is sold: the methods of `Sale`, and the headers of the answer. */
export type SoldAnswer = Pick<Sale, 'sent' | 'end'> & { headers: Record<string, string> }

/** The body of an answer 402: a sentence, and the document of `PaymentRequired`. */
export type Required = { error: string; nextStep: string } & Record<string, unknown>

/** A customer over HTTP. `payer`: its payment key, if we know it. */
type Customer = { channel: PaymentChannel; buyer: Buyer; payer: Address | undefined }

/** The largest number of network addresses whose free bytes we count. */
const maxNetworks = 10_000
/** The check of a signature takes a millisecond or two. All hellos, and the cheques of clients that have not paid yet, share this limit. */
const strangers = { perSecond: 40, burst: 200 }

/**
 * Sells bytes over HTTP. A payer has one balance over HTTP and in the mesh. Clients that do not name their payment key get free bytes. All such clients
 * of a network address count as one customer, and share the free allowance of this customer.
 */
export class HttpSeller {
  readonly #options: HttpSellerOptions
  readonly #nowMs: () => number
  readonly #tokens: PayerTokens
  readonly #strangers: TokenBucket
  readonly #signature: Hex
  /** By network address. The most recently used entry is the last. */
  readonly #networks = new Map<string, PaymentChannel>()

  private constructor(options: HttpSellerOptions, signature: Hex) {
    const { nowMs = () => performance.now() } = options
    this.#options = options
    this.#nowMs = nowMs
    this.#tokens = new PayerTokens(nowMs)
    this.#strangers = new TokenBucket({ ...strangers, nowMs })
    this.#signature = signature
  }

  static async open(options: HttpSellerOptions): Promise<HttpSeller> {
    const { serviceUri, signer, domain } = options
    return new HttpSeller(options, await signAsPayee({ serviceUri, payee: signer.address }, signer, domain))
  }

  /** `false`: all bytes are free, and the caller need not call `sell`. */
  get isPaid(): boolean {
    return this.#options.payments.terms.weiPerByte > 0n
  }

  /** Sells the bytes of one answer. If the client must pay first, returns the body of an answer 402. `path`: the requested path. */
  sell(
    client: Client,
    { byteLength, path }: { byteLength: number; path: string },
  ): SoldAnswer | { required: Required } {
    const { channel, buyer, payer } = this.#customerOf(client)
    const { weiPerByte } = buyer
    const reserve = (bytes: number) => channel.seller.reserve(buyer, bytes)
    const sale = Sale.open({ ledger: channel.ledger, weiPerByte, byteLength, reserve, nowMs: this.#nowMs })
    if (!sale) {
      const { debt, reserved } = channel.ledger
      const needed = debt + reserved + costOf(firstBytes(byteLength), weiPerByte)
      const offer = this.#offerTo({ channel, buyer, payer }, client.network, needed)
      return { required: { ...askFor(offer), ...encode(offer, path) } }
    }
    // A cache would send the bytes again without a charge, but with an old `lp-given`.
    const headers: Record<string, string> = payer ? { 'cache-control': 'no-store', 'lp-given': `${channel.given}` } : {}
    return { headers, sent: (bytes) => sale.sent(bytes), end: () => sale.end() }
  }

  /** Answers `POST /payers`: a payer proves its key, and gets a token. */
  async hello(body: string, network: string): Promise<Reply> {
    const { domain, serviceUri, payments } = this.#options
    const request = readOr400(() => readHello(body))
    if ('status' in request) return request
    const { payer, challenge, signature, statement } = request
    if (!this.#tokens.isChallenge(challenge, network))
      return refused(403, {
        error: 'The challenge is too old, or it was not made for the address of this client.',
        nextStep: 'Sign the challenge of this answer.',
        challenge: this.#tokens.challenge(network),
      })
    if (!this.#strangers.take(1)) return busy()
    if (!(await isOfPayer({ serviceUri, payer, challenge }, signature, domain)))
      return refused(403, {
        error: 'The payer did not sign this hello, or signed it for another relay.',
        nextStep: `Sign the hello with the payment key, for ${serviceUri}.`,
      })
    const party = partyOf(payer)
    const weiPerByte = payments.priceFor(party)
    const channel = payments.channelOf(party)
    const ours = this.#meet(channel, { party, weiPerByte, statement })
    const token = this.#tokens.issue({ payer, weiPerByte }, network)
    return reply(200, { ...accountOf(channel), token, weiPerByte, statement: ours })
  }

  /** Answers `POST /cheques`. */
  async cheque(body: string, client: Client): Promise<Reply> {
    const cheque = readOr400(() => readCheque(body))
    if ('status' in cheque) return cheque
    const { channel, buyer, payer } = this.#customerOf(client)
    if (!payer)
      return refused(403, {
        error: 'The request has no valid token of a payer.',
        nextStep: 'Send a hello to /payers, then the cheque with the token of the answer.',
        challenge: this.#tokens.challenge(client.network),
      })
    // A client that has paid does not share the limit of strangers.
    if (channel.seller.earned === 0n && !this.#strangers.take(1)) return busy()
    const answers: (Message | ProtocolError)[] = []
    const listen = (answer: Message | ProtocolError) => void answers.push(answer)
    await channel.seller.take({ ...buyer, send: listen, ban: listen }, cheque)
    const fault = answers.find((answer) => answer instanceof ProtocolError)
    if (fault) return malformed(fault)
    const refusal = answers.find((answer) => 'type' in answer && answer.type === 'refusal')
    if (!refusal) return reply(200, accountOf(channel))
    const { reason } = refusal
    return refused(reason === 'busy' ? 429 : 402, {
      ...refusalOf(reason, channel.seller.held),
      ...{ reason, ...accountOf(channel) },
    })
  }

  #customerOf({ token, network }: Client): Customer {
    const { payments } = this.#options
    const known = token === undefined ? undefined : this.#tokens.read(token, network)
    const channel = known ? payments.channelOf(partyOf(known.payer)) : this.#channelOf(network)
    const weiPerByte = known?.weiPerByte ?? payments.priceFor(nobody)
    const buyer: Buyer = {
      ...{ weiPerByte, isBlocking: false, ban: () => {} },
      send: (message) => {
        if (message.type === 'gift') channel.given += message.amount
      },
    }
    return { channel, buyer, payer: known?.payer }
  }

  #channelOf(network: string): PaymentChannel {
    const channel = this.#networks.get(network) ?? this.#options.payments.openStranger(`network ${network}`)
    this.#networks.delete(network)
    this.#networks.set(network, channel)
    for (const [oldest, { ledger }] of this.#networks) {
      if (this.#networks.size <= maxNetworks) break
      if (ledger.reserved === 0n) this.#networks.delete(oldest)
    }
    return channel
  }

  /**
   * Compares the two balances, as peers in the mesh do when they connect. Returns our statement. `undefined`: the payer is connected in the mesh, so
   * the balances were compared there.
   */
  #meet(
    channel: PaymentChannel,
    { party, weiPerByte, statement }: { party: Party; weiPerByte: bigint; statement: Statement | undefined },
  ): Statement | undefined {
    const said: (Message | undefined)[] = []
    const send = (payment: Uint8Array) => void said.push(decode(payment))
    const link = { send, askAgain: () => {}, ban: () => {} }
    const meeting = new PaymentLink({ party, link, weiPerByte, maxWeiPerByte: 0n, nowMs: this.#nowMs })
    channel.met(meeting)
    if (statement) channel.hear(meeting, { type: 'statement', ...statement })
    channel.left(party)
    const ours = said.find((message) => message?.type === 'statement')
    if (!ours) return undefined
    const { isKnown, balance, held, acknowledged } = ours
    return { isKnown, balance, held, acknowledged }
  }

  #offerTo({ channel, buyer, payer }: Customer, network: string, needed: bigint): Offer {
    const { payments, domain, signer, serviceUri } = this.#options
    return {
      ...{ ...accountOf(channel), ...payments.split, ...domain, payee: signer.address, payer, serviceUri },
      ...{ weiPerByte: buyer.weiPerByte, amount: needed > 0n ? needed : 0n },
      ...{ signature: this.#signature, challenge: this.#tokens.challenge(network) },
    }
  }
}

const accountOf = ({ ledger, seller, given }: PaymentChannel): Account => ({
  ...{ owed: ledger.balance, credit: ledger.credit, accepted: seller.held, given },
})

const partyOf = (payer: Address): Party => ({ ...nobody, id: payer, paymentKey: payer })

/** A client that does not name its payment key. */
const nobody: Party = {
  ...{ id: '0x', streamId: '0x', role: 'viewer', address: undefined, paymentKey: undefined },
  capabilities: new Set(['payments']),
}

const askFor = ({ payer, owed, weiPerByte }: Offer) => ({
  error: payer
    ? `The relay sends no more bytes to this payer until the payer pays. The payer owes ${owed} wei.`
    : 'The free bytes for the network address of this client are used up.',
  nextStep: `Send a cheque to POST /cheques (a byte costs ${weiPerByte} wei), or wait for more free bytes.`,
})

const reply = (status: number, document: object): Reply => ({ status, body: Json.stringify(document) })

const refused = (status: number, document: Required): Reply => reply(status, document)

const busy = () =>
  refused(429, { error: 'Too many clients say hello or send cheques now.', nextStep: 'Try again in some seconds.' })

const malformed = ({ shortMessage, details }: ProtocolError) =>
  refused(400, { error: shortMessage, nextStep: 'Correct the body of the request.', details })

function readOr400<Value>(read: () => Value): Value | Reply {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return malformed(error)
  }
}
