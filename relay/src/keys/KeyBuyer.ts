import {
  type Cheque,
  EpochKey,
  KeyRequest,
  KeyServer,
  ProtocolError,
  StreamPrice,
  type typedData,
} from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import * as KeyEnvelope from './KeyEnvelope'
import { decode, encode, type Message, type Reason } from './messages'

/** A key server, and the function that sends requests to it. */
export type KeySeller = {
  readonly appointment: KeyServer.KeyServer
  /** Sends a request. Resolves to the answer. Rejects when no answer comes, or when `signal` aborts. */
  ask(request: Uint8Array, signal: AbortSignal): Promise<Uint8Array>
}

/** The port to our cheques. `payment/Cashier` implements it. */
export type KeyWallet = {
  /** The account whose deposit pays. `undefined`: we do not pay. */
  readonly issuer: Address | undefined
  last(channel: Cheque.Channel): Cheque.SignedCheque | undefined
  write(channel: Cheque.Channel, payment: { amount: bigint; party: string }): Promise<Cheque.SignedCheque>
}

export type KeyBuyerOptions = {
  /** The caller has checked its signature. */
  price: StreamPrice.StreamPrice
  /** The key servers, the best first. The caller has checked the signatures of their appointments. */
  sellers(): Iterable<KeySeller>
  wallet: KeyWallet
  /** The key that signs the cheques of the wallet. */
  signer: typedData.Signer
  domain: typedData.Domain
  /** Returns whether we may pay this amount now. If yes, the amount counts as spent. */
  maySpend(amount: bigint): boolean
  /** Undoes `maySpend`: we could not pay the amount. */
  refund(amount: bigint): void
  /** Unix time in milliseconds. */
  nowMs(): number
  /** We have paid for the keys of an epoch. */
  onPaid?(payment: { amount: bigint; epoch: bigint }): void
}

/** Our balance with one key server, in wei. */
type Standing = {
  /** The sum of the payments that this `KeyBuyer` has promised to the server. */
  promised: bigint
  /** The sum of the prices of the epochs whose keys we have got. Epochs whose keys turned out to be wrong are not included. */
  received: bigint
  /** The `cumulative` of our newest cheque that the server has counted. `undefined`: not known yet. */
  counted: bigint | undefined
  /** The part of our payments that we have not spent yet, as the server states it. */
  credit: bigint
}

/** We keep the keys of this number of epochs: about ten minutes of the stream. */
const maxEpochs = 64

/** Buys the keys of a paid stream, epoch by epoch. If a server gives us no keys or wrong keys, it gains at most the price of one epoch. */
export class KeyBuyer {
  readonly #options: KeyBuyerOptions
  readonly #keys = new Map<bigint, ReadonlyMap<Hex, EpochKey.EpochKey>>()
  readonly #buying = new Map<bigint, Promise<void>>()
  /** By epoch: our balance with the key server that sold the keys of the epoch. `isRight`: no segment has shown that the keys are wrong. */
  readonly #purchases = new Map<bigint, { standing: Standing; isRight: boolean }>()
  /** By the address of the server. */
  readonly #standings = new Map<string, Standing>()
  /** Requests to key servers are sent one after the other, because each request can change our balance with a server. */
  #turn: Promise<unknown> = Promise.resolve()
  #pair: Promise<KeyEnvelope.KeyPair> | undefined
  readonly #closing = new AbortController()

  constructor(options: KeyBuyerOptions) {
    this.#options = options
  }

  /** Stops all requests. */
  close(): void {
    this.#closing.abort(new ClosedError())
  }

  /** The number of epochs whose keys we have. */
  get epochs(): number {
    return this.#keys.size
  }

  /** The key with this id, if we have it. */
  find(epoch: bigint, keyId: Hex): EpochKey.EpochKey | undefined {
    return this.#keys.get(epoch)?.get(keyId)
  }

  /**
   * Gets the key that decrypts a segment, and buys it if we do not have it. Rejects with `NotSoldError` (it names the reason of the last
   * key server), with the error of the last request, or with `ClosedError`.
   */
  async key({ sequenceNumber, keyId }: { sequenceNumber: bigint; keyId: Hex }): Promise<EpochKey.EpochKey> {
    const epoch = EpochKey.epochOf(sequenceNumber)
    const known = this.find(epoch, keyId)
    if (known) return known
    // We may already have paid for this epoch and still lack this key, because the broadcaster has made a new key since. Then the server gives us
    // the new key without a second payment.
    await this.buy(epoch)
    const bought = this.find(epoch, keyId)
    this.#judge(epoch, bought !== undefined)
    if (!bought) throw new NotSoldError({ epoch, reason: 'no-key' })
    return bought
  }

  /** Wrong keys do not count as received. So we pay nothing more to a server that sold us wrong keys until it gives us the right key. */
  #judge(epoch: bigint, isRight: boolean): void {
    const purchase = this.#purchases.get(epoch)
    if (!purchase || purchase.isRight === isRight) return
    const cost = StreamPrice.ofEpoch(this.#options.price)
    purchase.standing.received += isRight ? cost : -cost
    purchase.isRight = isRight
  }

  /** Buys the keys of an epoch before we need them. Ignores a failure, because `key` tries again later, and rejects if it fails, too. */
  expect(epoch: bigint): void {
    if (!this.#keys.has(epoch)) this.buy(epoch).catch(() => undefined)
  }

  /** Gets the keys of an epoch, and pays for them if we have not paid yet. Rejects with the errors of `key`. */
  buy(epoch: bigint): Promise<void> {
    const buying = this.#buying.get(epoch) ?? this.#inTurn(() => this.#buy(epoch))
    this.#buying.set(epoch, buying)
    return buying.finally(() => this.#buying.delete(epoch))
  }

  async #buy(epoch: bigint): Promise<void> {
    const { sellers, nowMs } = this.#options
    let failure: unknown = new NotSoldError({ epoch, reason: 'no-offer' })
    for (const seller of sellers()) {
      if (seller.appointment.until * 1_000n <= BigInt(Math.floor(nowMs()))) continue
      try {
        await this.#keep(epoch, await this.#buyAt(seller, epoch))
        return
      } catch (error) {
        this.#closing.signal.throwIfAborted()
        failure = error
      }
    }
    throw failure
  }

  async #buyAt(seller: KeySeller, epoch: bigint): Promise<EpochKey.EpochKey[]> {
    const { wallet, price } = this.#options
    const { issuer } = wallet
    if (!issuer) throw new NotSoldError({ epoch, reason: 'unpaid' })
    const { appointment } = seller
    const channel = KeyServer.channelOf(appointment, { issuer, price })
    const cost = StreamPrice.ofEpoch(price)
    const standing = this.#standingOf(appointment.server)
    const isOwned = this.#keys.has(epoch)
    // If we know our balance with the server, we pay with the first request. If not, the answer to the first request states the balance.
    if (!isOwned && standing.counted !== undefined && standing.credit < cost && !this.#pending(channel, standing))
      await this.#pay(channel, { standing, amount: cost - standing.credit, epoch })
    let answer = await this.#ask(seller, { epoch, channel, standing })
    const missing = answer.type === 'refusal' && answer.reason === 'unpaid' ? answer.missing : undefined
    if (!isOwned && missing !== undefined && !this.#pending(channel, standing)) {
      await this.#pay(channel, { standing, amount: missing, epoch })
      answer = await this.#ask(seller, { epoch, channel, standing })
    }
    if (answer.type !== 'keys') throw new NotSoldError({ epoch, reason: answer.reason })
    const { privateKey } = await this.#keyPair()
    const { streamId } = price
    const keys = await KeyEnvelope.open(answer.envelope, { streamId, epoch, privateKey })
    if (!isOwned) {
      standing.received += cost
      this.#purchases.set(epoch, { standing, isRight: true })
    }
    return keys
  }

  /** Our newest cheque, if the server has not counted it. */
  #pending(channel: Cheque.Channel, { counted }: Standing): Cheque.SignedCheque | undefined {
    const last = this.#options.wallet.last(channel)
    return last && last.cumulative > (counted ?? 0n) ? last : undefined
  }

  /**
   * Writes a cheque. Rejects with `NotSoldError` if we would then have paid this server for more than one epoch whose keys we have not got,
   * or if we may not spend the amount.
   */
  async #pay(
    channel: Cheque.Channel,
    { standing, amount, epoch }: { standing: Standing; amount: bigint; epoch: bigint },
  ): Promise<void> {
    const { wallet, price, maySpend, refund, onPaid } = this.#options
    const cost = StreamPrice.ofEpoch(price)
    if (amount < 1n || standing.promised + amount > standing.received + cost)
      throw new NotSoldError({ epoch, reason: 'unpaid' })
    if (!maySpend(amount)) throw new NotSoldError({ epoch, reason: 'budget' })
    standing.promised += amount
    try {
      await wallet.write(channel, { amount, party: channel.splitee.toLowerCase() })
    } catch (error) {
      standing.promised -= amount
      refund(amount)
      throw error
    }
    onPaid?.({ amount, epoch })
  }

  async #ask(
    { appointment, ask }: KeySeller,
    { epoch, channel, standing }: { epoch: bigint; channel: Cheque.Channel; standing: Standing },
  ): Promise<Exclude<Message, { type: 'request' }>> {
    const { price, signer, domain } = this.#options
    const { publicKey } = await this.#keyPair()
    const { server } = appointment
    const content = { streamId: price.streamId, epoch, server, issuer: channel.issuer, publicKey }
    const request = await KeyRequest.sign(content, signer, domain)
    const payment = this.#pending(channel, standing)
    const answer = decode(await ask(encode({ type: 'request', request, payment }), this.#closing.signal))
    if (!answer || answer.type === 'request' || answer.epoch !== epoch) throw new WrongAnswerError({ server })
    // A server that has lost its data can state a lower `counted` than before. It cannot hold a higher cheque than our newest cheque.
    const last = this.#options.wallet.last(channel)?.cumulative ?? 0n
    standing.counted = answer.counted < last ? answer.counted : last
    standing.credit = answer.credit
    return answer
  }

  #standingOf(server: Address): Standing {
    const id = server.toLowerCase()
    const standing = this.#standings.get(id) ?? { promised: 0n, received: 0n, counted: undefined, credit: 0n }
    this.#standings.set(id, standing)
    return standing
  }

  async #keep(epoch: bigint, keys: readonly EpochKey.EpochKey[]): Promise<void> {
    const named = await Promise.all(keys.map(async (key) => [await EpochKey.id(key), key] as const))
    this.#keys.set(epoch, new Map([...(this.#keys.get(epoch) ?? []), ...named]))
    for (const old of [...this.#keys.keys()].slice(0, -maxEpochs)) {
      this.#keys.delete(old)
      this.#purchases.delete(old)
    }
  }

  #keyPair(): Promise<KeyEnvelope.KeyPair> {
    this.#pair ??= KeyEnvelope.createKeyPair()
    return this.#pair
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const acting = this.#turn.then(() => {
      this.#closing.signal.throwIfAborted()
      return act()
    })
    this.#turn = acting.catch(() => undefined)
    return acting
  }
}

/** The sentences that a viewer reads. */
const sentences: Partial<Record<Reason, string>> = {
  'no-key': 'The key server has sent no key that opens this part of the stream. Try again later.',
  'no-offer': 'No key server sells the keys of this stream now. Try again later.',
  budget: 'The keys of the stream cost more than your limit allows now. Raise your limit to go on.',
  unpaid: 'The keys of the stream are not paid. Pay for the stream to go on.',
  insolvent: 'Your deposit does not cover the price of the stream. Add to your deposit to go on.',
  expired: 'The session key of your deposit has expired. Authorise a new session key to go on.',
  cap: 'The session key of your deposit has reached its limit. Authorise a new session key to go on.',
}

export class NotSoldError extends ProtocolError {
  override readonly name = 'KeyBuyer.NotSoldError'
  readonly reason: Reason
  constructor({ epoch, reason }: { epoch: bigint; reason: Reason }) {
    super(sentences[reason] ?? 'The key server refused to sell the keys of this stream. Try again later.', {
      details: [`Epoch: ${epoch}`, `Reason: ${reason}`],
    })
    this.reason = reason
  }
}

export class WrongAnswerError extends ProtocolError {
  override readonly name = 'KeyBuyer.WrongAnswerError'
  constructor({ server }: { server: Address }) {
    super('The key server sent a wrong answer to a request for keys. Try again later.', {
      details: [`Server: ${server}`],
    })
  }
}

export class ClosedError extends ProtocolError {
  override readonly name = 'KeyBuyer.ClosedError'
  constructor() {
    super('The purchase of keys was stopped.')
  }
}
