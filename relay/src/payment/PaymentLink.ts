import { ProtocolError } from '@lp/contracts/protocol'
import { type Address, zeroAddress } from 'viem'
import type { Party, PartyLink } from '../mesh/Accounting'
import { TokenBucket } from '../mesh/TokenBucket'
import { encode, type Message } from './messages'
import { costOf } from './Terms'

export type Offer = {
  readonly weiPerByte: bigint
  readonly credit: bigint
  readonly splitee: Address
  readonly splitBps: number
}

const noOffer: Offer = { weiPerByte: 0n, credit: 0n, splitee: zeroAddress, splitBps: 0 }
/** The limit on messages of the peer. An honest relay sends 40 gifts in a second to a viewer that gets a stream of 20 Mbit/s free. */
const messages = { perSecond: 100, burst: 1_000 }

export type PaymentLinkOptions = {
  party: Party
  link: PartyLink
  /** The price of the bytes that we send. */
  weiPerByte: bigint
  /** The highest price that we pay. */
  maxWeiPerByte: bigint
  /** Whether this is not a connection of the mesh, but requests over HTTP. Default `false`. */
  isOverHttp?: boolean
  nowMs(): number
}

/** One connection to a peer. A peer may have several, one for each stream. */
export class PaymentLink {
  readonly party: Party
  /** The price of the bytes that we send. */
  readonly weiPerByte: bigint
  readonly isOverHttp: boolean
  readonly #link: PartyLink
  readonly #maxWeiPerByte: bigint
  readonly #messages: TokenBucket
  /** The newest offer of the peer. */
  offer: Offer = noOffer
  /** The balance when the peers met. `undefined`: it was compared with the statement of the peer. */
  stated: { balance: bigint; isKnown: boolean } | undefined
  /** Whether we have sent our statement. */
  hasStated = false
  /** See `end`. */
  hasEnded = false
  /** The peer refuses to send bytes until we pay. */
  isRefused = false
  /** The cost of the bytes that the peer has refused, in wei. 0: not known. */
  wanted = 0n
  /**
   * We refuse to send bytes until the peer pays, and have told the peer. `false` after each offer and each gift: then the peer requests bytes again, so
   * it must hear our next refusal.
   */
  isBlocking = false
  /** The received bytes that are not checked yet, with their prices. The oldest bytes are first. */
  readonly #unchecked: { weiPerByte: bigint; bytes: number }[] = []

  constructor({ party, link, weiPerByte, maxWeiPerByte, isOverHttp = false, nowMs }: PaymentLinkOptions) {
    this.party = party
    this.isOverHttp = isOverHttp
    this.weiPerByte = weiPerByte
    this.#link = link
    this.#maxWeiPerByte = maxWeiPerByte
    this.#messages = new TokenBucket({ ...messages, nowMs })
  }

  /** Whether the peer understands messages about payments. */
  get speaks(): boolean {
    return this.party.capabilities.has('payments')
  }

  /** Whether the price of the peer is above the highest price that we pay. */
  get isTooDear(): boolean {
    return this.offer.weiPerByte > this.#maxWeiPerByte
  }

  send(message: Message): void {
    if (this.speaks) this.#link.send(encode(message))
  }

  /** The peer may send bytes again. */
  askAgain(): void {
    this.isRefused = false
    this.wanted = 0n
    // Also if `isRefused` was false: the mesh counts each declined request as a refusal, and the peer sends `refusal` only once.
    this.#link.askAgain()
  }

  ban(reason: ProtocolError): void {
    this.#link.ban(reason)
  }

  /** Counts a message of the peer. Returns false, and bans the peer, if it sends too many. */
  mayHear(): boolean {
    const isAllowed = this.#messages.take(1)
    if (!isAllowed) this.ban(new FloodError())
    return isAllowed
  }

  /** Bytes have arrived. Returns their cost in wei; 0 if the price is above `maxWeiPerByte`. */
  received(bytes: number): bigint {
    const weiPerByte = this.isTooDear ? 0n : this.offer.weiPerByte
    const last = this.#unchecked.at(-1)
    if (last?.weiPerByte === weiPerByte) last.bytes += bytes
    else this.#unchecked.push({ weiPerByte, bytes })
    return costOf(bytes, weiPerByte)
  }

  /** Received bytes were correct. Returns their cost in wei. */
  checked(bytes: number): bigint {
    let cost = 0n
    let left = bytes
    for (let oldest = this.#unchecked[0]; oldest && left > 0; oldest = this.#unchecked[0]) {
      const taken = Math.min(left, oldest.bytes)
      cost += costOf(taken, oldest.weiPerByte)
      left -= taken
      oldest.bytes -= taken
      if (oldest.bytes === 0) this.#unchecked.shift()
    }
    return cost
  }

  /** The connection has ended: the received bytes that are not checked yet will never be checked. Returns their cost in wei. */
  end(): bigint {
    this.hasEnded = true
    const unchecked = this.#unchecked.splice(0)
    return unchecked.reduce((sum, { weiPerByte, bytes }) => sum + costOf(bytes, weiPerByte), 0n)
  }
}

/** The connection, or the HTTP request, with which the peer asks for bytes. */
export type Buyer = Pick<PaymentLink, 'weiPerByte' | 'isBlocking' | 'send' | 'ban'>

export class FloodError extends ProtocolError {
  override readonly name = 'PaymentLink.FloodError'
  constructor() {
    super('The peer sends too many messages about payments.')
  }
}
