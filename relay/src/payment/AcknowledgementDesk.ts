import { ProtocolError, type typedData } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import type { Party } from '../mesh/Accounting'
import { TokenBucket } from '../mesh/TokenBucket'
import * as Acknowledgement from './Acknowledgement'
import type { Acknowledgements } from './Acknowledgements'
import type { Allowance } from './Allowance'
import type { PaymentLink } from './PaymentLink'

export type AcknowledgementDeskOptions = {
  domain: Acknowledgement.Domain
  /** Our payment key. `undefined`: we sign no acknowledgements, and collect none. */
  signer: typedData.Signer | undefined
  allowance: Allowance
  /** Decides how many bytes of a statement we count. */
  book: Acknowledgements
  nowMs(): number
}

/** The viewer or relay that sent us bytes. `uploader`: its payment key in lower case. */
export type Source = Pick<Acknowledgement.Acknowledgement, 'streamId' | 'uploader'>

/** A viewer signs an acknowledgement after it has got this number of new bytes. */
const stepBytes = 1024 * 1024
/** The largest number of uploaders for which we count bytes, and of viewers whose acknowledgements we keep. */
const maxViewers = 256
/** The largest number of acknowledgements that we show to one relay at once. */
const maxShown = 8
/**
 * The check of a signature takes milliseconds, so a peer must not cause many checks. `ofPeer`: the limit for each connection. A peer that uploads at
 * 60 Mbit/s shows seven statements in a second. `ofUnpaid`: the limit for all statements together whose viewers have not paid for the bytes. So an
 * attacker with a thousand connections cannot keep us from checking the statements of payers.
 */
const checks = { ofPeer: { perSecond: 8, burst: 32 }, ofUnpaid: { perSecond: 20, burst: 100 } }

/**
 * Signs acknowledgements, keeps acknowledgements of our uploads, and counts acknowledgements that uploaders show us. A viewer signs how many bytes it got
 * from each uploader. An uploader keeps the newest statement of each viewer, and shows the statement to relays. A relay then gives the uploader free
 * bytes. All addresses are in lower case.
 */
export class AcknowledgementDesk {
  readonly #options: AcknowledgementDeskOptions
  /** By stream and uploader: the bytes that we got, and the bytes that we have acknowledged. */
  readonly #got = new Map<string, { bytes: number; acknowledged: number }>()
  /** By stream and acknowledger. */
  readonly #collected = new Map<string, Acknowledgement.SignedAcknowledgement>()
  /** By relay, then by stream and acknowledger: the bytes of the statement that the relay has seen. */
  readonly #shown = new Map<Address, Map<string, bigint>>()
  readonly #ofPeer = new WeakMap<PaymentLink, TokenBucket>()
  readonly #ofUnpaid: TokenBucket

  constructor(options: AcknowledgementDeskOptions) {
    this.#options = options
    this.#ofUnpaid = new TokenBucket({ ...checks.ofUnpaid, nowMs: options.nowMs })
  }

  get #self(): Address | undefined {
    return this.#options.signer?.address.toLowerCase() as Address | undefined
  }

  /** We got correct bytes. A negative number subtracts bytes that we paid for ourselves, because we do not acknowledge them. */
  got(source: Source, bytes: number): void {
    const count = this.#got.get(keyOf(source))
    if (count) count.bytes += bytes
    else if (this.#got.size < maxViewers) this.#got.set(keyOf(source), { bytes, acknowledged: 0 })
  }

  /** The bytes that we got from this uploader and did not pay for. */
  bytesFrom(source: Source): number {
    return this.#got.get(keyOf(source))?.bytes ?? 0
  }

  /** The statement for this uploader. `undefined`: fewer than `leastBytes` bytes are new, or we have no payment key. */
  async due(source: Source, leastBytes = stepBytes): Promise<Acknowledgement.SignedAcknowledgement | undefined> {
    const count = this.#got.get(keyOf(source))
    const { signer, domain } = this.#options
    if (!count || !signer || count.bytes - count.acknowledged < leastBytes) return undefined
    count.acknowledged = count.bytes
    const { streamId, uploader } = source
    const acknowledgement = { streamId, acknowledger: this.#self as Address, uploader, bytes: BigInt(count.bytes) }
    return Acknowledgement.sign(acknowledgement, signer, domain)
  }

  /** The uploader has shown us a statement that we signed before a restart. We continue to count from this statement. */
  async recall(acknowledgement: Acknowledgement.SignedAcknowledgement): Promise<void> {
    const { acknowledger, bytes } = acknowledgement
    const more = () => Number(bytes) - (this.#got.get(keyOf(acknowledgement))?.acknowledged ?? 0)
    if (acknowledger !== this.#self || more() <= 0) return
    // Only our own signature proves that we got these bytes.
    await Acknowledgement.verify(acknowledgement, this.#options.domain)
    const { bytes: got, acknowledged } = this.#got.get(keyOf(acknowledgement)) ?? { bytes: 0, acknowledged: 0 }
    if (more() > 0) this.#got.set(keyOf(acknowledgement), { bytes: got + more(), acknowledged: acknowledged + more() })
  }

  /** If the peer is a viewer, sends our statement about its uploads. If the peer is a relay, sends the statements of viewers about our uploads. */
  async exchange(link: PaymentLink): Promise<void> {
    const { party } = link
    const due = party.role === 'viewer' ? [await this.due(sourceOf(party))] : this.news(keyOfParty(party))
    for (const acknowledgement of due) if (acknowledgement) link.send({ type: 'acknowledgement', acknowledgement })
  }

  /** A peer gave us a statement about our uploads, or about the peer's uploads. Bans the peer if the statement is forged. */
  async hear(link: PaymentLink, acknowledgement: Acknowledgement.SignedAcknowledgement): Promise<void> {
    if (!link.party.paymentKey) return
    try {
      await this.#hear(link, acknowledgement)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      link.ban(error)
    }
  }

  async #hear(link: PaymentLink, acknowledgement: Acknowledgement.SignedAcknowledgement): Promise<void> {
    const { streamId, acknowledger, uploader, bytes } = acknowledgement
    const { book, allowance, domain, nowMs } = this.#options
    const from = keyOfParty(link.party)
    const key = keyOf({ streamId, uploader: acknowledger })
    const isNews = () => bytes > (this.#collected.get(key)?.bytes ?? 0n)
    const isOurs = uploader === this.#self && acknowledger === from && isNews()
    const isTheirs = uploader === from && book.isNews(acknowledgement)
    if ((!isOurs && !isTheirs) || !this.#ofPeerOn(link).take(1)) return
    if (isTheirs && !book.isPaid(acknowledgement) && !this.#ofUnpaid.take(1)) return
    await Acknowledgement.verify(acknowledgement, domain)
    if (isTheirs) allowance.contribute(uploader, book.add(acknowledgement, nowMs()))
    // A newer statement can have come during the check.
    else if (isNews() && (this.#collected.has(key) || this.#collected.size < maxViewers))
      this.#collected.set(key, acknowledgement)
  }

  #ofPeerOn(link: PaymentLink): TokenBucket {
    const bucket = this.#ofPeer.get(link) ?? new TokenBucket({ ...checks.ofPeer, nowMs: this.#options.nowMs })
    this.#ofPeer.set(link, bucket)
    return bucket
  }

  /** At most `maxShown` statements about our uploads. Returns only statements that this relay has not seen, and counts them as seen. */
  news(relay: Address): Acknowledgement.SignedAcknowledgement[] {
    const shown = this.#shown.get(relay) ?? new Map<string, bigint>()
    this.#shown.set(relay, shown)
    const news = [...this.#collected].filter(([key, { bytes }]) => bytes > (shown.get(key) ?? 0n)).slice(0, maxShown)
    for (const [key, { bytes }] of news) shown.set(key, bytes)
    return news.map(([, acknowledgement]) => acknowledgement)
  }

  /** The peer has left. */
  forget(party: Address): void {
    this.#shown.delete(party)
    this.#options.book.forget(party)
  }
}

const keyOf = ({ streamId, uploader }: Source) => `${streamId}/${uploader}`
const keyOfParty = ({ paymentKey }: Party) => paymentKey?.toLowerCase() as Address

/** The peer as a source of bytes. It must have a payment key. */
export const sourceOf = (party: Party): Source => ({ streamId: party.streamId, uploader: keyOfParty(party) })
