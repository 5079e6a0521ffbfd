import { Admission, ProtocolError, type Sponsorship, type typedData } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import { logOf } from '../log'
import { Emitter } from '../mesh/Emitter'
import { TokenBucket } from '../mesh/TokenBucket'
import * as Acknowledgement from './Acknowledgement'
import type { Cashier } from './Cashier'
import { decodeGuest, encodeGuest } from './guestEntry'
import type { PaymentLink } from './PaymentLink'
import type { PaymentStore } from './PaymentStore'
import { type Guest, Subsidy, type SubsidyOptions, sumsOf } from './Subsidy'
import { noSubsidy, type SubsidyChannel, type SubsidySide } from './SubsidySide'
import type { Credit, Delivery, SubsidyMessage } from './subsidyMessages'

const log = logOf('payment')

export type SponsorDeskOptions = SubsidyOptions & {
  store: PaymentStore
  domain: Acknowledgement.Domain
  /** Our payment key, which the sponsorship names. This key must pay for the bytes of one stream at a time, and for nothing else. */
  signer: typedData.Signer
  sponsorship: Sponsorship.Sponsorship
  cashier: Cashier
  /** Whether to admit this viewer, for example because it has logged in. Default: every viewer, as fast as `admissions` allows. */
  mayAdmit?(viewer: Address): boolean | Promise<boolean>
  /** The part of the acknowledgements whose signatures we check, beyond those that we always check. Default 0.1. */
  sampleShare?: number
  /** A random number from 0 to 1. */
  chance?(): number
}

export type SponsorDeskEvents = {
  admitted: [viewer: Address, number: number]
  /** The relay showed an acknowledgement that the viewer has not signed. We pay this relay nothing more. */
  forged: [relay: Address]
  fault: [error: Error]
}

/** We always check an acknowledgement that exceeds the last checked acknowledgement of the same relay and viewer by more than this number of bytes. */
const maxUnverifiedBytes = 8n * 1_024n * 1_024n
/** The check of a signature takes a millisecond. An honest relay shows acknowledgements every two seconds. */
const showings = { perSecond: 4, burst: 16 }
const applications = { perSecond: 20, burst: 200 }

type Peer = { readonly channel: SubsidyChannel; readonly showings: TokenBucket; readonly applications: TokenBucket }

/** The sponsor of one stream: admits viewers, checks the acknowledgements that relays show, and pays. Stores each promise before a relay learns of it. */
export class SponsorDesk extends Emitter<SponsorDeskEvents> implements SubsidySide {
  readonly #options: SponsorDeskOptions
  readonly #subsidy: Subsidy
  /** By relay: the amount that we have agreed to pay for earlier streams, in wei. */
  readonly #earlier: ReadonlyMap<Address, bigint>
  readonly #peers = new Map<PaymentLink, Peer>()
  /** By relay and viewer: the bytes of the last acknowledgement whose signature we have checked. */
  readonly #verified = new Map<string, bigint>()
  /** The entries that are stored. The book makes a new object at each change, so a changed entry is not in this set. */
  readonly #stored = new WeakSet<Guest>()
  readonly #forgers = new Set<Address>()
  /** The last task. Tasks run one after the other, so that a newer entry never gets overwritten by an older entry. */
  #last: Promise<unknown> = Promise.resolve()

  private constructor(options: SponsorDeskOptions, subsidy: Subsidy, earlier: ReadonlyMap<Address, bigint>) {
    super()
    this.#options = options
    this.#subsidy = subsidy
    this.#earlier = earlier
  }

  /** Reads the stored promises. Rejects with `guestEntry.DamagedEntryError`, `Budget.OptionsError`, or the error of the store. */
  static async open(options: SponsorDeskOptions): Promise<SponsorDesk> {
    const prefix = prefixOf(options)
    const guests = new Map<Address, Guest>()
    const earlier: Guest[] = []
    for (const [key, text] of await options.store.load()) {
      if (key.startsWith(prefix)) guests.set(key.slice(prefix.length) as Address, decodeGuest(key, text))
      else if (key.startsWith(allGuests)) earlier.push(decodeGuest(key, text))
    }
    return new SponsorDesk(options, new Subsidy(options, guests), sumsOf(earlier))
  }

  /** The number of our admissions. We pay all relays together for at most this number times the cap, in bytes. */
  get admitted(): number {
    return this.#subsidy.admitted
  }

  /** The amount that we have agreed to pay to all relays, in wei. */
  get spent(): bigint {
    return this.#subsidy.spent
  }

  met(link: PaymentLink, channel: SubsidyChannel): void {
    const { nowMs, sponsorship } = this.#options
    if (link.party.streamId !== sponsorship.streamId) return
    const peer = {
      ...{ channel, showings: new TokenBucket({ ...showings, nowMs }) },
      applications: new TokenBucket({ ...applications, nowMs }),
    }
    this.#peers.set(link, peer)
    link.send({ type: 'sponsorship', sponsorship })
  }

  left(link: PaymentLink): void {
    this.#peers.delete(link)
  }

  hear(link: PaymentLink, message: SubsidyMessage): void {
    const peer = this.#peers.get(link)
    if (!peer || ('streamId' in message && message.streamId !== this.#options.sponsorship.streamId)) return
    if (message.type === 'application' && peer.applications.take(1)) void this.#apply(link, message.viewer)
    // We pay only registered relays.
    if (message.type === 'deliveries' && link.party.role === 'relay' && peer.showings.take(1))
      this.#after(() => this.#settle(link, peer.channel, message.deliveries))
  }

  isSponsor(): boolean {
    return false
  }

  owedTo(party: string): bigint {
    const relay = party as Address
    const accepted = this.#subsidy.acceptedOf(relay) + (this.#earlier.get(relay) ?? 0n)
    const promised = this.#options.cashier.promisedTo(party)
    return accepted > promised ? accepted - promised : 0n
  }

  tick = noSubsidy.tick
  hearAcknowledgement = noSubsidy.hearAcknowledgement
  checked = noSubsidy.checked
  refused = noSubsidy.refused
  isPaidFor = noSubsidy.isPaidFor
  paid = noSubsidy.paid
  take = noSubsidy.take
  earned = noSubsidy.earned

  #after(work: () => Promise<void>): void {
    this.#last = this.#last.then(work).catch((error: Error) => {
      log.fault(error)
      this.emit('fault', error)
    })
  }

  /** `mayAdmit` can take long, so the payments to relays do not wait for it. */
  async #apply(link: PaymentLink, viewer: Address): Promise<void> {
    const { mayAdmit } = this.#options
    const { role, paymentKey } = link.party
    // A viewer may apply for itself only. A relay may apply for its viewers.
    if (role === 'viewer' && paymentKey?.toLowerCase() !== viewer) return
    try {
      if (!mayAdmit || (await mayAdmit(viewer))) this.#after(() => this.#admit(link, viewer))
    } catch (error) {
      this.emit('fault', error as Error)
    }
  }

  async #admit(link: PaymentLink, viewer: Address): Promise<void> {
    const { signer, domain, sponsorship } = this.#options
    const before = this.#subsidy.guest(viewer)
    const guest = this.#subsidy.grant(viewer)
    if (!guest) return
    await this.#store(viewer)
    const { streamId } = sponsorship
    const { number, capBytes, untilMs } = guest
    const header = { streamId, viewer, number, capBytes, expiry: BigInt(Math.floor(untilMs / 1_000)) }
    link.send({ type: 'admission', sponsorship, admission: await Admission.sign(header, signer, domain) })
    if (number !== before?.number) this.emit('admitted', viewer, number)
  }

  /** Agrees to pay for the bytes that viewers have acknowledged to the relay, and pays. */
  async #settle(link: PaymentLink, channel: SubsidyChannel, deliveries: readonly Delivery[]): Promise<void> {
    const relay = link.party.paymentKey?.toLowerCase() as Address | undefined
    if (!relay || this.#forgers.has(relay)) return
    const { streamId } = this.#options.sponsorship
    const { weiPerByte } = link.offer
    const credits: Credit[] = []
    let due = 0n
    for (const delivery of deliveries) {
      const { viewer, bytes } = delivery
      if (!(await this.#isCredible(relay, delivery))) {
        this.#forgers.add(relay)
        link.ban(new ForgedDeliveryError({ relay, viewer }))
        this.emit('forged', relay)
        break
      }
      const accepted = this.#subsidy.accept({ relay, viewer, bytes, weiPerByte })
      due += accepted.amount
      credits.push({ viewer, bytes: accepted.bytes })
    }
    channel.owe(due)
    // Store a promise before the relay learns of it.
    await Promise.all(credits.map(({ viewer }) => this.#store(viewer)))
    link.send({ type: 'credits', streamId, credits })
    channel.payer.pay(link)
  }

  /** Checks the signature of an acknowledgement if it is in the sample. The relay cannot know the sample. */
  async #isCredible(relay: Address, { viewer, bytes, signature }: Delivery): Promise<boolean> {
    const { sponsorship, domain, sampleShare = 0.1, chance = Math.random } = this.#options
    const guest = this.#subsidy.guest(viewer)
    // We pay nothing for a viewer that we have not admitted, or for bytes that we have accepted before. So we need not check the signature.
    if (!guest || bytes <= (guest.accepted.get(relay)?.bytes ?? 0n)) return true
    const key = `${relay}/${viewer}`
    const verified = this.#verified.get(key)
    if (verified !== undefined && bytes - verified <= maxUnverifiedBytes && chance() >= sampleShare) return true
    const { streamId } = sponsorship
    try {
      await Acknowledgement.verify({ streamId, acknowledger: viewer, uploader: relay, bytes, signature }, domain)
    } catch (error) {
      if (error instanceof Acknowledgement.WrongSignerError) return false
      throw error
    }
    this.#verified.set(key, bytes)
    return true
  }

  async #store(viewer: Address): Promise<void> {
    const guest = this.#subsidy.guest(viewer)
    if (!guest || this.#stored.has(guest)) return
    await this.#options.store.put(`${prefixOf(this.#options)}${viewer}`, encodeGuest(guest))
    this.#stored.add(guest)
  }
}

const allGuests = 'guest/'
const prefixOf = ({ sponsorship }: SponsorDeskOptions) => `${allGuests}${sponsorship.streamId}/`

export class ForgedDeliveryError extends ProtocolError {
  override readonly name = 'SponsorDesk.ForgedDeliveryError'
  constructor({ relay, viewer }: { relay: Address; viewer: Address }) {
    super('The relay showed an acknowledgement that the viewer has not signed.', {
      details: [`Relay: ${relay}`, `Viewer: ${viewer}`],
    })
  }
}
