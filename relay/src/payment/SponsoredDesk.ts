import { Admission, ProtocolError, Sponsorship } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import { logOf } from '../log'
import { TokenBucket } from '../mesh/TokenBucket'
import type * as Acknowledgement from './Acknowledgement'
import type { Cashier } from './Cashier'
import { type DeliveryShow, entryPrefix } from './DeliveryShow'
import { DeliveryShows } from './DeliveryShows'
import { type Buyer, PaymentLink } from './PaymentLink'
import type { PaymentStore } from './PaymentStore'
import { SponsorAccounts } from './SponsorAccounts'
import { noSubsidy, type SubsidyChannel, type SubsidySide } from './SubsidySide'
import type { SubsidyMessage } from './subsidyMessages'
import { type Terms, thresholdOf } from './Terms'

const log = logOf('payment')

export type SponsoredDeskOptions = {
  store: PaymentStore
  domain: Acknowledgement.Domain
  /** Our payment key. The acknowledgements of viewers name it as the uploader. */
  self: Address
  cashier: Cashier
  terms: Terms
  /** Unix time in milliseconds. */
  nowMs(): number
}

/** For each admission, we check two signatures. */
const statements = { perSecond: 1, burst: 10 }

type Peer = {
  readonly channel: SubsidyChannel
  readonly statements: TokenBucket
  /** The last task for this peer. Tasks run one after the other, because we must check an admission before an acknowledgement. */
  last: Promise<unknown>
  /** The admission of a viewer. */
  admission: { readonly show: DeliveryShow; readonly viewer: Address; readonly untilMs: number } | undefined
}

/** The role of a relay in subsidised streams: serves admitted viewers, keeps their acknowledgements, and shows the acknowledgements to the sponsor. */
export class SponsoredDesk implements SubsidySide {
  readonly #options: SponsoredDeskOptions
  readonly #self: Address
  readonly #accounts: SponsorAccounts
  readonly #peers = new Map<PaymentLink, Peer>()
  /** The newest sponsorship of each stream. */
  readonly #sponsorships = new Map<Hex, Sponsorship.Sponsorship>()
  readonly #shows: DeliveryShows

  private constructor(options: SponsoredDeskOptions) {
    this.#options = options
    this.#self = options.self.toLowerCase() as Address
    this.#accounts = new SponsorAccounts({ threshold: thresholdOf(options.terms), nowMs: options.nowMs })
    this.#shows = new DeliveryShows({
      ...{ ...options, self: this.#self, accounts: this.#accounts },
      onForged: (streamId, viewer, error) => {
        for (const forger of this.#linksOf(streamId, viewer)) forger.ban(error)
      },
    })
  }

  /** Reads the stored acknowledgements. Rejects with `Deliveries.DamagedEntryError`, or the error of the store. */
  static async open(options: SponsoredDeskOptions): Promise<SponsoredDesk> {
    const desk = new SponsoredDesk(options)
    for (const [key, text] of await options.store.load()) {
      if (!key.startsWith(entryPrefix)) continue
      const [sponsor, streamId] = key.slice(entryPrefix.length).split('/') as [Address, Hex]
      desk.#shows.open(sponsor, streamId).deliveries.decode(key, text, options.nowMs())
    }
    return desk
  }

  /** What the sponsor owes for bytes that we have given to its viewers, in wei. Negative: the sponsor has paid more than these bytes cost. */
  exposure(sponsor: Address): bigint {
    return this.#accounts.exposure(sponsor.toLowerCase() as Address)
  }

  /** `DeliveryShows.streamOf`. */
  streamOf = (party: string): Hex | undefined => this.#shows.streamOf(party)

  met(link: PaymentLink, channel: SubsidyChannel): void {
    const bucket = new TokenBucket({ ...statements, nowMs: this.#options.nowMs })
    this.#peers.set(link, { channel, statements: bucket, last: Promise.resolve(), admission: undefined })
    const sponsorship = this.#sponsorships.get(link.party.streamId)
    if (sponsorship && link.party.role === 'viewer') link.send({ type: 'sponsorship', sponsorship })
  }

  left(link: PaymentLink): void {
    const peer = this.#peers.get(link)
    this.#peers.delete(link)
    if (!peer?.admission) return
    const { show, viewer } = peer.admission
    const { deliveries } = show
    const { sponsor } = deliveries.account
    const { given = 0n, acknowledged = 0n } = this.#accounts.viewer(sponsor, deliveries.keyOf(viewer)) ?? {}
    // The sponsor will not pay for bytes that the viewer has not acknowledged. We take them from our free allowance for the viewer, so that a viewer gets
    // no more bytes when it leaves and comes back.
    const lost = given > acknowledged ? Number(given - acknowledged) : 0
    this.#accounts.writeOff(sponsor, deliveries.keyOf(viewer), BigInt(peer.channel.takeFree(lost)))
    deliveries.leave(viewer)
    this.#count(sponsor)
  }

  hear(link: PaymentLink, message: SubsidyMessage): void {
    const peer = this.#peers.get(link)
    if (!peer) return
    if (message.type === 'credits') {
      if (message.streamId === link.party.streamId) this.#showOf(link)?.hear(link, message.credits)
    } else if (peer.statements.take(1)) this.#after(link, peer, () => this.#hear(link, peer, message))
  }

  hearAcknowledgement(link: PaymentLink, acknowledgement: Acknowledgement.SignedAcknowledgement): boolean {
    const { streamId, acknowledger: viewer, uploader, bytes, signature } = acknowledgement
    const peer = this.#peers.get(link)
    if (!peer || uploader !== this.#self) return false
    if (viewer === keyOf(link) && streamId === link.party.streamId)
      this.#after(link, peer, async () => {
        if (peer.admission?.show.deliveries.add({ viewer, bytes, signature })) peer.channel.seller.unblock(link)
      })
    return true
  }

  tick(link: PaymentLink): void {
    void this.#showOf(link)?.show(link)
    void this.#peers.get(link)?.admission?.show.save()
  }

  take(buyer: Buyer, { party, bytes }: { party: string; bytes: number }): number {
    // For bytes over HTTP, the viewer's admission in the mesh counts, because the viewer acknowledges these bytes in the mesh.
    const admission = buyer instanceof PaymentLink ? this.#peers.get(buyer)?.admission : this.#admissionOf(party)
    if (!admission || this.#options.nowMs() >= admission.untilMs) return 0
    const { show, viewer } = admission
    const { deliveries } = show
    const { weiPerByte } = buyer
    return this.#accounts.take(deliveries.account.sponsor, deliveries.keyOf(viewer), { bytes, weiPerByte })
  }

  #admissionOf(party: string): Peer['admission'] {
    for (const { admission } of this.#peers.values()) if (admission?.viewer === party) return admission
    return undefined
  }

  isSponsor(party: string): boolean {
    return this.#accounts.has(party as Address)
  }

  earned(party: string, held: bigint): void {
    this.#accounts.pay(party as Address, held)
    for (const [link, { admission, channel }] of this.#peers)
      if (admission?.show.deliveries.account.sponsor === party) channel.seller.unblock(link)
  }

  owedTo = noSubsidy.owedTo
  checked = noSubsidy.checked
  refused = noSubsidy.refused
  isPaidFor = noSubsidy.isPaidFor
  paid = noSubsidy.paid

  #after(link: PaymentLink, peer: Peer, work: () => Promise<void>): void {
    peer.last = peer.last.then(work).catch((error: Error) => {
      if (error instanceof ProtocolError) link.ban(error)
      else log.fault(error)
    })
  }

  async #hear(link: PaymentLink, peer: Peer, message: SubsidyMessage): Promise<void> {
    const { streamId } = link.party
    const { sponsor } = this.#sponsorships.get(streamId) ?? {}
    if (message.type === 'application' && message.viewer === keyOf(link) && message.streamId === streamId)
      for (const to of sponsor ? this.#linksOf(streamId, sponsor) : []) to.send(message)
    if (message.type === 'sponsorship' && message.sponsorship.streamId === streamId)
      await this.#know(message.sponsorship)
    if (message.type !== 'admission' || message.sponsorship.streamId !== streamId) return
    if (message.admission.viewer === keyOf(link)) await this.#admit(link, peer, message)
    // The sponsor has answered an application that we have passed on.
    else if (isOf(link, message.sponsorship.sponsor))
      for (const viewer of this.#linksOf(streamId, message.admission.viewer)) viewer.send(message)
  }

  async #know(sponsorship: Sponsorship.Sponsorship): Promise<void> {
    const { streamId, expiry, signature } = sponsorship
    const known = this.#sponsorships.get(streamId)
    if (known?.signature !== signature) {
      await Sponsorship.verify(sponsorship, this.#options.domain)
      if (!known || known.expiry < expiry) this.#spread(sponsorship)
    }
  }

  #spread(sponsorship: Sponsorship.Sponsorship): void {
    const { streamId } = sponsorship
    this.#sponsorships.set(streamId, sponsorship)
    for (const link of this.#peers.keys())
      if (link.party.streamId === streamId && link.party.role === 'viewer')
        link.send({ type: 'sponsorship', sponsorship })
  }

  async #admit(
    link: PaymentLink,
    peer: Peer,
    { sponsorship, admission }: Extract<SubsidyMessage, { type: 'admission' }>,
  ): Promise<void> {
    const { domain, nowMs } = this.#options
    const { sponsor, streamId, maxWeiPerByte, expiry } = sponsorship
    const { viewer, capBytes } = admission
    const untilMs = 1_000 * Math.min(Number(expiry), Number(admission.expiry))
    if (untilMs <= nowMs() || link.weiPerByte > maxWeiPerByte || viewer === sponsor) return
    await this.#know(sponsorship)
    await Admission.verify(admission, { sponsor, domain })
    // The viewer can have left during the checks.
    if (!this.#peers.has(link)) return
    const show = this.#shows.open(sponsor, streamId)
    const { deliveries } = show
    deliveries.join(viewer, capBytes)
    peer.admission = { show, viewer, untilMs }
    this.#count(sponsor)
    // A viewer that has restarted continues to count from its own last statement.
    const newest = deliveries.newest(viewer)
    if (newest)
      link.send({
        type: 'acknowledgement',
        acknowledgement: { ...newest, streamId, acknowledger: viewer, uploader: this.#self },
      })
    peer.channel.seller.unblock(link)
  }

  /** The `DeliveryShow` for the stream of this connection, if the peer is the sponsor of this stream. A relay is never a sponsor. */
  #showOf({ party }: PaymentLink): DeliveryShow | undefined {
    if (party.role === 'relay' || !party.paymentKey) return undefined
    return this.#shows.get(party.paymentKey.toLowerCase(), party.streamId)
  }

  #count(sponsor: Address): void {
    const admitted = [...this.#peers.values()].filter(
      ({ admission }) => admission?.show.deliveries.account.sponsor === sponsor,
    )
    this.#accounts.connect(sponsor, admitted.length)
  }

  #linksOf(streamId: Hex, key: Address): PaymentLink[] {
    return [...this.#peers.keys()].filter((link) => link.party.streamId === streamId && isOf(link, key))
  }
}

const keyOf = ({ party }: PaymentLink): string | undefined => party.paymentKey?.toLowerCase()

/** Whether the peer is not a relay, and names this payment key. A broadcaster does not prove the key that it names. */
const isOf = (link: PaymentLink, key: Address): boolean => link.party.role !== 'relay' && keyOf(link) === key
