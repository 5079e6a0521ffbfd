import { ProtocolError, type typedData } from '@lp/contracts/protocol'
import { type Address, zeroAddress } from 'viem'
import { logOf } from '../log'
import type { Accounting, Party, PartyLink, Piece } from '../mesh/Accounting'
import { Emitter } from '../mesh/Emitter'
import type { Domain } from './Acknowledgement'
import { AcknowledgementDesk, sourceOf } from './AcknowledgementDesk'
import { Acknowledgements } from './Acknowledgements'
import { Allowance } from './Allowance'
import { Budget, type BudgetOptions } from './Budget'
import type { Cashier } from './Cashier'
import { createGuest } from './GuestDesk'
import { decode } from './messages'
import { nameOf } from './nameOf'
import { PaymentChannel, type PaymentChannelOptions } from './PaymentChannel'
import { PaymentChannels } from './PaymentChannels'
import type { PaymentEvent } from './PaymentEvent'
import { type Offer, PaymentLink } from './PaymentLink'
import type { SubsidySide } from './SubsidySide'
import { isSubsidyMessage } from './subsidyMessages'
import { type Rate, type Terms, validate } from './Terms'

const log = logOf('payment')

export type PaymentsOptions = {
  terms: Terms
  domain: Domain
  /** Our payment key, which signs acknowledgements. `undefined`: we sign none. */
  signer?: typedData.Signer | undefined
  /** Writes and takes cheques. `undefined`: we pay nothing, and take no payments. */
  cashier?: Cashier | undefined
  /** `undefined`: we do not pay. */
  budget?: BudgetOptions | undefined
  /** Our role in subsidised streams, if we are a relay or a sponsor. Default: we are a viewer. */
  subsidy?: SubsidySide
  /** The split of the cheques that pay us. Default: none. */
  split?: Pick<Offer, 'splitee' | 'splitBps'>
  /** How many acknowledged bytes count for all viewers together, beyond the bytes that they have paid for. Default: a fortieth of `contributors`. */
  unpaidWords?: Rate
  /** The price for this peer. Default: the price of the terms. */
  weiPerByteFor?(party: Party): bigint
  /** The clock of `performance.now()`. */
  nowMs?(): number
  /** Unix time in milliseconds. */
  unixMs?(): number
}

export type PaymentsEvents = {
  /** `party`: the payment key of the peer in lower case, or another name if the peer has no payment key. */
  event: [party: string, event: PaymentEvent]
}

const tickMs = 500

/** Implements `Accounting`, the port of the mesh to payments. One object can serve several meshes: a peer has one balance for all of them. */
export class Payments extends Emitter<PaymentsEvents> implements Accounting {
  readonly #options: PaymentsOptions
  readonly #nowMs: () => number
  readonly #allowance: Allowance
  readonly #budget: Budget | undefined
  readonly #desk: AcknowledgementDesk
  readonly #subsidy: SubsidySide
  readonly #channels = new PaymentChannels((name) => this.#open(name))
  readonly #timer: ReturnType<typeof setInterval>
  readonly #stops: (() => void)[]
  #given = 0n

  /** Throws `Terms.BoundsError`, `Budget.OptionsError`. */
  constructor(options: PaymentsOptions) {
    super()
    const { terms, domain, signer, budget, cashier, nowMs = () => performance.now() } = options
    validate(terms)
    const { bytesPerSecond, burstBytes } = terms.free.contributors
    const unpaid = options.unpaidWords ?? { bytesPerSecond: bytesPerSecond / 40, burstBytes: burstBytes / 40 }
    const book = new Acknowledgements({ worthOf: (who) => this.#worthOf(who), unpaid })
    this.#options = options
    this.#nowMs = nowMs
    this.#allowance = new Allowance(terms.free)
    this.#budget = budget && new Budget(budget)
    this.#desk = new AcknowledgementDesk({ domain, signer, allowance: this.#allowance, book, nowMs })
    const { subsidy, unixMs = Date.now } = options
    this.#subsidy = subsidy ?? createGuest({ domain, signer, acknowledgements: this.#desk, nowMs: unixMs })
    this.#timer = setInterval(() => this.tick(), tickMs)
    this.#stops = [
      cashier?.on('bounced', (party, amount) => this.#channels.get(party)?.seller.bounced(amount)),
      cashier?.on('recovered', (party, amount) => this.#channels.get(party)?.seller.bounced(-amount)),
    ].filter((stop) => stop !== undefined)
  }

  /** The sum of our payments since this object was made, in wei. */
  get spent(): bigint {
    return this.#budget?.spent ?? 0n
  }

  /** The sum of the gifts of all peers, as the peers state them, in wei. */
  get given(): bigint {
    return this.#given
  }

  /** The prices of the connected relays, in wei for a byte. 0: free, or not known yet. */
  get prices(): readonly bigint[] {
    return this.#relays.map(({ offer }) => offer.weiPerByte)
  }

  /** Whether a connected relay refuses to send until we pay or until it has more free bytes for us. */
  get isRefused(): boolean {
    return this.#relays.some(({ isRefused }) => isRefused)
  }

  /** Changes `BudgetOptions.maxWei`. Earlier payments count toward the new limit. Throws `Budget.OptionsError`. */
  limit(maxWei: bigint): void {
    this.#budget?.limit(maxWei)
  }

  /** `Budget.follow`. */
  follow(video: Pick<BudgetOptions, 'videoBytesPerSecond' | 'maxWeiPerMinute'>): void {
    this.#budget?.follow(video)
  }

  /** What the peer owes us, in wei. Negative: we owe the peer. 0 for an unknown peer. `party`: the payment key of the peer. */
  balanceOf(party: string): bigint {
    return this.#channels.get(party.toLowerCase())?.ledger.balance ?? 0n
  }

  get terms(): Terms {
    return this.#options.terms
  }

  /** The split of the cheques that pay us. */
  get split(): Pick<Offer, 'splitee' | 'splitBps'> {
    return this.#options.split ?? { splitee: zeroAddress, splitBps: 0 }
  }

  /** The price of a byte for this peer, in wei. */
  priceFor(party: Party): bigint {
    return this.#options.weiPerByteFor?.(party) ?? this.terms.weiPerByte
  }

  /** `writing`: we are signing a cheque for this peer. `sent`: we have sent a cheque, and the peer has not acknowledged it yet. */
  paymentTo(party: Party): 'writing' | 'sent' | undefined {
    return this.#channels.get(nameOf(party))?.payer.payment
  }

  close(): void {
    clearInterval(this.#timer)
    for (const stop of this.#stops) stop()
  }

  /** `isOverHttp`: `link` sends requests, which carry no acknowledgements. */
  met(party: Party, link: PartyLink, { isOverHttp = false } = {}): void {
    const weiPerByte = this.priceFor(party)
    // Without a budget, we pay nothing. But we count the cost of the bytes at every price.
    const maxWeiPerByte = this.#budget?.maxWeiPerByte ?? 2n ** 96n
    const channel = this.channelOf(party)
    const nowMs = this.#nowMs
    const paymentLink = new PaymentLink({ party, link, weiPerByte, maxWeiPerByte, isOverHttp, nowMs })
    channel.met(paymentLink)
    if (!isOverHttp) this.#subsidy.met(paymentLink, channel)
  }

  left(party: Party): void {
    const name = nameOf(party)
    const { channel, link } = this.#of(party)
    if (!channel || !link) return
    this.#subsidy.left(link)
    channel.left(party)
    if (channel.links.size > 0) return
    if (party.paymentKey) this.#desk.forget(name as Address)
    if (!party.paymentKey || channel.isForgettable) this.#channels.delete(name)
  }

  hear(party: Party, payment: Uint8Array): void {
    const { channel, link } = this.#of(party)
    if (!channel || !link?.mayHear()) return
    try {
      const message = decode(payment)
      if (!message) return
      if (message.type === 'acknowledgement') {
        const isForSponsor = this.#subsidy.hearAcknowledgement(link, message.acknowledgement)
        if (!isForSponsor) void this.#desk.hear(link, message.acknowledgement)
      } else if (isSubsidyMessage(message)) this.#subsidy.hear(link, message)
      else channel.hear(link, message)
      if (message.type === 'gift') this.#given += message.amount
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      log.debug('wrong message', () => ({ party: nameOf(party), reason: error.message }))
      link.ban(error)
    }
  }

  maySend(party: Party, { byteLength }: Piece): boolean {
    // A broadcaster names the key of its sponsor without a proof, so it must not use up the credit of this key. It needs no bytes of its own stream.
    if (party.role === 'broadcaster') return false
    const { channel, link } = this.#of(party)
    return channel !== undefined && link !== undefined && channel.seller.maySend(link, byteLength)
  }

  sent(party: Party, { byteLength }: Piece): void {
    const { channel, link } = this.#of(party)
    if (link) channel?.sent(link, byteLength)
  }

  received(party: Party, { byteLength }: Pick<Piece, 'byteLength'>): void {
    const { channel, link } = this.#of(party)
    if (link) channel?.received(link, byteLength)
  }

  checked(party: Party, { byteLength }: Pick<Piece, 'byteLength'>): void {
    const { channel, link } = this.#of(party)
    if (!link) return
    channel?.checked(link, byteLength)
    this.#subsidy.checked(link, byteLength)
    if (party.role === 'viewer' && party.paymentKey) this.#desk.got(sourceOf(party), byteLength)
  }

  /** We have cancelled an answer of the peer after these bytes, so we cannot check them. */
  cancelled(party: Party, { byteLength }: Pick<Piece, 'byteLength'>): void {
    const { channel, link } = this.#of(party)
    if (link) channel?.cancelled(link, byteLength)
  }

  /** The bytes that we need from the peer cost `cost`, in wei. If the peer refuses them, we may pay for them in advance. */
  wants(party: Party, cost: bigint): void {
    const { link } = this.#of(party)
    if (link) link.wanted = cost
  }

  get #relays(): PaymentLink[] {
    const links = [...this.#channels].flatMap(([, channel]) => [...channel.links.values()])
    return links.filter(({ party }) => party.role !== 'viewer')
  }

  #of(party: Party): { channel: PaymentChannel | undefined; link: PaymentLink | undefined } {
    const channel = this.#channels.get(nameOf(party))
    return { channel, link: channel?.links.get(party) }
  }

  /** Our payments with this peer. A peer with a payment key has one channel for all its connections, and for HTTP. */
  channelOf(party: Party): PaymentChannel {
    return this.#channels.of(nameOf(party))
  }

  /** A channel to a peer without a payment key: we neither pay this peer nor take its cheques. This object does not keep the channel. */
  openStranger(name: string): PaymentChannel {
    return this.#open(name, { cashier: undefined, budget: undefined })
  }

  #open(
    name: string,
    { cashier, budget }: Pick<PaymentChannelOptions, 'cashier' | 'budget'> = {
      cashier: this.#options.cashier,
      budget: this.#budget,
    },
  ): PaymentChannel {
    return new PaymentChannel({
      ...{ party: name, terms: this.terms, split: this.split, allowance: this.#allowance, cashier, budget },
      ...{ subsidy: this.#subsidy, nowMs: this.#nowMs, onEvent: (event) => this.#report(name, event) },
    })
  }

  /** Sends payments and acknowledgements that are due, and ends our refusals that are no longer necessary. A timer calls this twice in a second. */
  tick(): void {
    for (const [, channel] of this.#channels) {
      channel.tick()
      for (const link of channel.links.values())
        if (link.speaks && link.party.paymentKey && !link.isOverHttp) {
          this.#subsidy.tick(link)
          void this.#desk.exchange(link)
        }
    }
  }

  /** The number of bytes that this viewer has paid for. `undefined`: we do not know the viewer. */
  #worthOf(who: Address): number | undefined {
    const channel = this.#channels.get(who)
    const { weiPerByte } = this.#options.terms
    if (!channel) return undefined
    return weiPerByte > 0n ? Number(channel.seller.earned / weiPerByte) : 0
  }

  #report(party: string, event: PaymentEvent): void {
    if (event.type === 'paid') this.#subsidy.paid(party, event.amount)
    if (event.type === 'fault') log.fault(event.error, { party })
    else log.debug('payment', () => ({ party, ...event }))
    this.emit('event', party, event)
  }
}
