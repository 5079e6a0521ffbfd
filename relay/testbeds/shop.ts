import { Cheque } from '@lp/contracts/protocol'
import { type Address, type PrivateKeyAccount, zeroAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { clientAddress } from '../src/gateway/clientAddress'
import { signAsPayer } from '../src/payment/HttpHello'
import { HttpSeller } from '../src/payment/HttpSeller'
import type { Ledger } from '../src/payment/Ledger'
import { decode, type Offer } from '../src/payment/PaymentRequired'
import type { Terms } from '../src/payment/Terms'
import { ChequebookModel, domain } from './chequebook'
import { startGateway } from './gateway'
import { openTrader, paidTerms } from './payments'

/**
 * A gateway that sells the bytes of its segments. Its time changes only when the test changes `clock.ms`. A client on the loopback address
 * can name another address in `X-Forwarded-For`.
 */
export async function openShop({ terms = paidTerms }: { terms?: Terms } = {}) {
  const chequebook = new ChequebookModel()
  const clock = { ms: 1_000 }
  const nowMs = () => clock.ms
  const relay = await openTrader({ chequebook, role: 'relay', terms, nowMs })
  let seller: HttpSeller | undefined
  const gateway = await startGateway({ sales: () => seller, addressOf: clientAddress(['127.0.0.1']) })
  const { payments, account: signer } = relay
  seller = await HttpSeller.open({ payments, domain, signer, serviceUri: gateway.url, nowMs })
  const close = async () => {
    payments.close()
    await gateway.stop()
  }
  return { ...gateway, relay, seller, chequebook, clock, close }
}
export type Shop = Awaited<ReturnType<typeof openShop>>

/** A customer that does not use `HttpPayer`: the test chooses each request. */
export class Customer {
  readonly account: PrivateKeyAccount
  readonly #shop: Shop
  readonly #headers: Record<string, string>
  token = ''
  #cumulative = 0n

  /** `address`: the IP address that the shop sees. The issuer of the cheques has a deposit of 10^9 wei. */
  constructor(shop: Shop, { address = '127.0.0.1', account = privateKeyToAccount(generatePrivateKey()) } = {}) {
    this.#shop = shop
    this.#headers = { 'x-forwarded-for': address }
    this.account = account
    shop.chequebook.change(account.address, { deposit: 10n ** 9n })
  }

  get(path: string, { token = this.token, ...init }: RequestInit & { token?: string } = {}): Promise<Response> {
    const query = token && `${path.includes('?') ? '&' : '?'}payer=${token}`
    return fetch(`${this.#shop.url}${path}${query}`, { ...init, headers: this.#headers })
  }

  post(path: string, body: unknown): Promise<Response> {
    const query = this.token && path === '/cheques' ? `?payer=${this.token}` : ''
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return fetch(`${this.#shop.url}${path}${query}`, { method: 'POST', body: text, headers: this.#headers })
  }

  /** The offer in the answer 402 to a request for this path. */
  async offer(path: string): Promise<Offer> {
    return offerOf(await this.get(path))
  }

  /** Says hello with the challenge of this offer, and keeps the token. */
  async hello({ challenge, serviceUri }: Pick<Offer, 'challenge' | 'serviceUri'>): Promise<Response> {
    const payer = this.account.address
    const signature = await signAsPayer({ serviceUri, payer, challenge }, this.account, domain)
    const response = await this.post('/payers', { payer, challenge, signature })
    this.token = (await response.clone().json()).token ?? ''
    return response
  }

  /** A cheque that pays `amount` wei more than the previous cheque of this customer. */
  cheque(
    amount: bigint,
    { beneficiary = this.#shop.relay.account.address, signer = this.account, in: of = domain }: ChequeChange = {},
  ): Promise<Cheque.SignedCheque> {
    this.#cumulative += amount
    const channel = { issuer: this.account.address, beneficiary, splitee: zeroAddress, splitBps: 0 }
    return Cheque.sign({ ...channel, cumulative: this.#cumulative }, signer, of)
  }

  /** Sends a cheque to the shop. */
  hand(cheque: Cheque.SignedCheque): Promise<Response> {
    return this.post('/cheques', { ...cheque, cumulative: `${cheque.cumulative}` })
  }

  /** The debt of this customer, as the shop counts it. */
  get owed(): bigint {
    return this.#shop.relay.payments.balanceOf(this.account.address)
  }

  /** The shop's ledger of this customer. */
  get ledger(): Ledger {
    const { address: paymentKey } = this.account
    const party = {
      streamId: '0x',
      role: 'viewer',
      address: undefined,
      capabilities: new Set<never>(),
      paymentKey,
    } as const
    return this.#shop.relay.payments.channelOf({ id: '0x', ...party }).ledger
  }
}
type ChequeChange = { beneficiary?: Address; signer?: PrivateKeyAccount; in?: Cheque.Domain }

/** The offer in an answer 402. */
export async function offerOf(response: Response): Promise<Offer> {
  const offer = response.status === 402 ? decode(await response.text()) : undefined
  if (!offer) throw new TypeError(`The answer ${response.status} has no offer.`)
  return offer
}
