import {
  Cheque,
  KeyRequest,
  KeyServer,
  ProtocolError,
  StreamId,
  StreamPrice,
  type typedData,
} from '@lp/contracts/protocol'
import { type Address, type Hex, isAddressEqual } from 'viem'
import { logOf } from '../log'
import { LowerChequeError, RefusedChequeError } from '../payment/chequeErrors'
import type { HeldCheque } from '../payment/HeldCheque'
import type { PaymentStore } from '../payment/PaymentStore'
import { KeyAccounts } from './KeyAccounts'
import * as KeyEnvelope from './KeyEnvelope'
import type { KeyRing } from './KeyRing'
import { decode, encode, MalformedError, type Message, type Payment, type Reason } from './messages'

const log = logOf('keys')

/** The port to the cheques that pay the broadcasters. `payment/ChequeTill` implements it. */
export type KeyTill = {
  readonly cheques: readonly HeldCheque[]
  heldIn(channel: Cheque.Channel): HeldCheque | undefined
  /** Resolves when the cheque is stored. Rejects with the errors of `ChequeTill.accept`. */
  accept(cheque: Cheque.SignedCheque, party: string): Promise<unknown>
}

export type KeyShopOptions = {
  /** Our address, which the broadcasters appoint. */
  server: Address
  domain: typedData.Domain
  store: PaymentStore
  till: KeyTill
  keys: KeyRing
  /** A cheque that pays a broadcaster was stored. The caller gives it to the broadcaster, because only the broadcaster can cash it. */
  onCheque?(cheque: Cheque.SignedCheque, streamId: StreamId.StreamId): void
  onFault(error: Error): void
}

/** A signed price, and the appointment of the key server that sells at this price. */
export type Offer = { readonly price: StreamPrice.StreamPrice; readonly appointment: KeyServer.KeyServer }

const maxOffers = 256

/**
 * Sells the keys of paid streams: in a broadcaster's page, or in a relay that the broadcaster has appointed. The shop sends a key if and only if its
 * epoch is paid. It sends the keys of a paid epoch again without a second payment.
 */
export class KeyShop {
  readonly #options: KeyShopOptions
  readonly #accounts: KeyAccounts
  /** By the StreamId of the source. */
  readonly #offers = new Map<StreamId.StreamId, Offer>()
  /** By channel: the last request. The shop answers the requests of a channel one after the other, because each request changes the credit. */
  readonly #turns = new Map<Hex, Promise<unknown>>()

  private constructor(options: KeyShopOptions, accounts: KeyAccounts) {
    this.#options = options
    this.#accounts = accounts
  }

  /** Reads the stored payments. Rejects with the errors of `KeyAccounts.open`. */
  static async open(options: KeyShopOptions): Promise<KeyShop> {
    const { store, till, server } = options
    const held = till.cheques.filter(({ cheque }) => isAddressEqual(cheque.splitee, server))
    return new KeyShop(options, await KeyAccounts.open({ store, held }))
  }

  /**
   * Sells the keys of a stream from now on. Rejects with `ForeignOfferError`, or with the errors of `StreamPrice.verify` and of
   * `KeyServer.verify`.
   */
  async offer({ price, appointment }: Offer): Promise<void> {
    const { server, domain } = this.#options
    const streamId = StreamId.parse(price.streamId)
    await StreamPrice.verify(price, domain)
    await KeyServer.verify(appointment, domain)
    if (StreamId.parse(appointment.streamId) !== streamId || !isAddressEqual(appointment.server, server))
      throw new ForeignOfferError(appointment)
    this.#offers.delete(streamId)
    this.#offers.set(streamId, { price, appointment })
    for (const old of [...this.#offers.keys()].slice(0, -maxOffers)) this.#offers.delete(old)
  }

  /** Whether the cheques of this channel pay for keys that we sell. */
  isOurs({ beneficiary, splitee, splitBps }: Cheque.Channel): boolean {
    return [...this.#offers.values()].some(
      ({ price, appointment }) =>
        isAddressEqual(price.beneficiary, beneficiary) &&
        isAddressEqual(appointment.server, splitee) &&
        appointment.splitBps === splitBps,
    )
  }

  /** The newest cheque of each buyer of a stream. */
  chequesOf(streamId: StreamId.StreamId): readonly Cheque.SignedCheque[] {
    const cheques = this.#options.till.cheques.map(({ cheque }) => cheque)
    return cheques.filter((cheque) => this.#accounts.isBuyerOf(cheque, StreamId.parse(streamId)))
  }

  /** Answers bytes that a stranger has sent. `undefined`: the bytes are not a request, or a fault prevented the answer. Never rejects. */
  async answerBytes(bytes: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      const request = decode(bytes)
      return request?.type === 'request' ? encode(await this.answer(request)) : undefined
    } catch (error) {
      if (!(error instanceof MalformedError)) this.#options.onFault(error as Error)
      return undefined
    }
  }

  /** Answers a request. If a fault prevents the answer, resolves to a refusal with the reason `busy`. */
  async answer({ request, payment }: Message & { type: 'request' }): Promise<Message> {
    const streamId = StreamId.parse(request.streamId)
    const offer = this.#offers.get(streamId)
    const refused = { type: 'refusal', epoch: request.epoch, missing: 0n, counted: 0n, credit: 0n } as const
    if (!offer || !isAddressEqual(request.server, this.#options.server)) return { ...refused, reason: 'no-offer' }
    const signer = await KeyRequest.recover(request, this.#options.domain)
    if (!signer) return { ...refused, reason: 'stranger' }
    const channel = KeyServer.channelOf(offer.appointment, { issuer: request.issuer, price: offer.price })
    return this.#inTurn(channel, () => this.#sell({ request, payment, offer, channel, signer })).catch(
      (error: Error): Message => {
        this.#options.onFault(error)
        return { ...refused, reason: 'busy' }
      },
    )
  }

  async #sell({
    request,
    payment,
    offer,
    channel,
    signer,
  }: {
    request: KeyRequest.KeyRequest
    payment: Payment | undefined
    offer: Offer
    channel: Cheque.Channel
    signer: Address
  }): Promise<Message> {
    const { till, keys } = this.#options
    const streamId = StreamId.parse(request.streamId)
    const { epoch, publicKey } = request
    const price = StreamPrice.ofEpoch(offer.price)
    const refuse = (reason: Reason): Message => {
      const account = this.#accounts.of(channel)
      const missing = reason === 'unpaid' && account.credit < price ? price - account.credit : 0n
      return { type: 'refusal', epoch, reason, missing, ...account }
    }
    const refusal = payment && (await this.#take({ ...channel, ...payment }, streamId))
    if (refusal) return refuse(refusal)
    const held = till.heldIn(channel)
    if (!held) return refuse('unpaid')
    if (!isAddressEqual(signer, held.signer) && !isAddressEqual(signer, request.issuer)) return refuse('stranger')
    if (held.missing > 0n) return refuse('bounced')
    const released = keys.keysOf(streamId, epoch)
    if (released.length === 0) return refuse('no-key')
    // Encrypts before it charges the buyer: if the public key is malformed, the buyer gets no keys, and the shop charges nothing.
    const envelope = await KeyEnvelope.close(released, { streamId, epoch, publicKey }).catch((error: unknown) => {
      if (error instanceof KeyEnvelope.PublicKeyError) return undefined
      throw error
    })
    if (!envelope) return refuse('stranger')
    const isPaid = this.#accounts.hasBought(channel, { streamId, epoch })
    if (!isPaid && !(await this.#accounts.buy(channel, { streamId, epoch, price }))) return refuse('unpaid')
    if (!isPaid) log.debug('sold the keys of an epoch', () => ({ streamId, epoch, issuer: channel.issuer }))
    return { type: 'keys', epoch, envelope, ...this.#accounts.of(channel) }
  }

  /** Takes a cheque, and counts it. Returns the reason if the cheque is refused. */
  async #take(cheque: Cheque.SignedCheque, streamId: StreamId.StreamId): Promise<Reason | undefined> {
    const { till, onCheque } = this.#options
    const before = till.heldIn(cheque)
    try {
      await till.accept(cheque, cheque.issuer)
    } catch (error) {
      // An old cheque changes nothing: the shop has already counted a newer cheque.
      if (error instanceof LowerChequeError && before) return undefined
      if (error instanceof RefusedChequeError) return error.reason
      if (error instanceof ProtocolError) return 'channel'
      throw error
    }
    const held = till.heldIn(cheque)
    if (!held) return 'busy'
    await this.#accounts.count(held)
    if (held !== before) onCheque?.(held.cheque, streamId)
    return undefined
  }

  #inTurn<Result>(channel: Cheque.Channel, act: () => Promise<Result>): Promise<Result> {
    const id = Cheque.channelId(channel)
    const acting = (this.#turns.get(id) ?? Promise.resolve()).then(act)
    const settled = acting.catch(() => undefined)
    this.#turns.set(id, settled)
    // Without this, the map would keep an entry for each channel, for ever.
    settled.then(() => this.#turns.get(id) === settled && this.#turns.delete(id))
    return acting
  }
}

export class ForeignOfferError extends ProtocolError {
  override readonly name = 'KeyShop.ForeignOfferError'
  constructor({ streamId, server }: KeyServer.Header) {
    super('The broadcaster has appointed another key server, or has appointed us for another stream.', {
      details: [`Stream: ${streamId}`, `Server: ${server}`],
    })
  }
}
