import { Admission, ProtocolError, Sponsorship, type typedData } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import { logOf } from '../log'
import type { Domain, SignedAcknowledgement } from './Acknowledgement'
import { type AcknowledgementDesk, type Source, sourceOf } from './AcknowledgementDesk'
import type { PaymentLink } from './PaymentLink'
import { noSubsidy, type SubsidyChannel, type SubsidySide } from './SubsidySide'
import type { SubsidyMessage } from './subsidyMessages'

const log = logOf('payment')

export type GuestDeskOptions = {
  domain: Domain
  /** Our payment key. */
  self: Address
  acknowledgements: AcknowledgementDesk
  /** Unix time in milliseconds. */
  nowMs(): number
}

type Stream = {
  sponsorship: Sponsorship.Sponsorship
  admission: Admission.Admission | undefined
  /** When we apply for admission again. */
  applyAtMs: number
}

type Peer = {
  readonly channel: SubsidyChannel
  /** The admission that we have shown to the relay. */
  shown: Admission.Admission | undefined
  acknowledgedAtMs: number
  /** When the relay first refused to send unpaid bytes, after the last bytes that came. `undefined`: it did not refuse since. */
  refusedAtMs: number | undefined
  /** Until this time we pay the relay ourselves, because the sponsor does not pay. */
  paysUntilMs: number
}

/** The largest number of streams whose sponsorship and admission we remember. We remember them even after all connections of the stream have ended. */
const maxStreams = 100
const applyMs = 10_000
const leastLeftMs = 60_000
/** We acknowledge the bytes of a relay after `stepBytes`, after `stepMs`, and when the relay refuses to send. */
const stepBytes = 256 * 1024
const stepMs = 2_000
/** If the sponsor admits us and pays, a relay that refused to send bytes sends again within this time. */
const patienceMs = 3_000
const paysMs = 60_000

/** The role of a viewer in subsidised streams: asks the sponsor for admission, shows the admission to relays, and acknowledges their bytes. */
export class GuestDesk implements SubsidySide {
  readonly #options: GuestDeskOptions
  readonly #self: Address
  readonly #links = new Map<PaymentLink, Peer>()
  readonly #streams = new Map<Hex, Stream>()

  constructor(options: GuestDeskOptions) {
    this.#options = options
    this.#self = options.self.toLowerCase() as Address
  }

  met(link: PaymentLink, channel: SubsidyChannel): void {
    this.#links.set(link, { channel, shown: undefined, acknowledgedAtMs: 0, refusedAtMs: undefined, paysUntilMs: 0 })
  }

  left(link: PaymentLink): void {
    this.#links.delete(link)
  }

  hear(link: PaymentLink, message: SubsidyMessage): void {
    const { streamId } = link.party
    if (message.type !== 'sponsorship' && message.type !== 'admission') return
    if (message.sponsorship.streamId === streamId)
      this.#try(link, message.type === 'sponsorship' ? this.#know(message.sponsorship) : this.#enter(message))
  }

  hearAcknowledgement(link: PaymentLink, acknowledgement: SignedAcknowledgement): boolean {
    const { acknowledger, uploader } = acknowledgement
    if (acknowledger !== this.#self || uploader !== this.#sourceOf(link)?.uploader) return false
    this.#try(link, this.#options.acknowledgements.recall(acknowledgement))
    return true
  }

  tick(link: PaymentLink): void {
    const stream = this.#streams.get(link.party.streamId)
    const peer = this.#links.get(link)
    if (!stream || !peer) return
    const nowMs = this.#options.nowMs()
    this.#apply(stream)
    this.#acknowledge(link, peer, stream, link.isRefused || nowMs - peer.acknowledgedAtMs >= stepMs ? 1 : stepBytes)
    if (!link.isRefused || nowMs - (peer.refusedAtMs ?? nowMs) < patienceMs) return
    peer.paysUntilMs = nowMs + paysMs
    peer.channel.payAhead(link)
  }

  checked(link: PaymentLink, bytes: number): void {
    const peer = this.#links.get(link)
    if (peer) peer.refusedAtMs = undefined
    const met = this.#meshLinkOf(link)
    const source = met && this.#sourceOf(met)
    if (source && this.#streams.get(source.streamId)?.admission) this.#options.acknowledgements.got(source, bytes)
  }

  refused(link: PaymentLink): void {
    const met = this.#meshLinkOf(link)
    const stream = met && this.#streams.get(met.party.streamId)
    const peer = met && this.#links.get(met)
    if (!stream || !peer) return
    if (met === link) peer.refusedAtMs ??= this.#options.nowMs()
    this.#acknowledge(met, peer, stream, 1)
  }

  isPaidFor(link: PaymentLink): boolean {
    const met = this.#meshLinkOf(link)
    const source = met && this.#sourceOf(met)
    const { paysUntilMs = 0 } = (met && this.#links.get(met)) ?? {}
    const { maxWeiPerByte, expiry } = (source && this.#streams.get(source.streamId)?.sponsorship) ?? {}
    if (maxWeiPerByte === undefined || expiry === undefined || link.offer.weiPerByte > maxWeiPerByte) return false
    const nowMs = this.#options.nowMs()
    return nowMs >= paysUntilMs && nowMs < 1_000 * Number(expiry)
  }

  paid(party: string, amount: bigint): void {
    const link = [...this.#links.keys()].find(
      (link) => this.#sourceOf(link)?.uploader === party && link.offer.weiPerByte > 0n,
    )
    const source = link && this.#sourceOf(link)
    if (source && this.#streams.has(source.streamId))
      this.#options.acknowledgements.got(source, -Number(amount / link.offer.weiPerByte))
  }

  owedTo = noSubsidy.owedTo
  take = noSubsidy.take
  isSponsor = noSubsidy.isSponsor
  earned = noSubsidy.earned

  #try(link: PaymentLink, work: Promise<unknown>): void {
    work.catch((error: Error) => {
      if (error instanceof ProtocolError) link.ban(error)
      else log.fault(error)
    })
  }

  /** The connection on which we acknowledge the bytes of this link. For a link over HTTP: a mesh connection on which the relay got our admission. */
  #meshLinkOf(link: PaymentLink): PaymentLink | undefined {
    if (!link.isOverHttp) return link
    const key = link.party.paymentKey?.toLowerCase()
    const met = [...this.#links].find(([{ party }, { shown }]) => shown && party.paymentKey?.toLowerCase() === key)
    return met?.[0]
  }

  /** The peer as a source of bytes that the sponsor pays for. `undefined`: the peer is not a relay, or has no payment key. */
  #sourceOf({ party }: PaymentLink): Source | undefined {
    return party.role === 'relay' && party.paymentKey ? sourceOf(party) : undefined
  }

  /** Verifies a new sponsorship. Returns its stream. `undefined`: we know a sponsorship of the stream with a later expiry. */
  async #know(sponsorship: Sponsorship.Sponsorship): Promise<Stream | undefined> {
    const { streamId, signature, expiry } = sponsorship
    if (this.#streams.get(streamId)?.sponsorship.signature !== signature)
      await Sponsorship.verify(sponsorship, this.#options.domain)
    const known = this.#streams.get(streamId)
    if (known?.sponsorship.signature === signature) return known
    if (known && known.sponsorship.expiry > expiry) return undefined
    const stream: Stream = { sponsorship, admission: undefined, applyAtMs: 0 }
    this.#streams.set(streamId, stream)
    for (const oldest of this.#streams.keys()) {
      if (this.#streams.size <= maxStreams) break
      this.#streams.delete(oldest)
    }
    this.#apply(stream)
    return stream
  }

  async #enter({ sponsorship, admission }: Extract<SubsidyMessage, { type: 'admission' }>): Promise<void> {
    if (admission.viewer !== this.#self) return
    const stream = await this.#know(sponsorship)
    if (!stream) return
    const { admission: before } = stream
    if (before && admission.number <= before.number && admission.expiry <= before.expiry) return
    await Admission.verify(admission, { sponsor: sponsorship.sponsor, domain: this.#options.domain })
    stream.admission = admission
    for (const [link, peer] of this.#links)
      if (link.party.streamId === sponsorship.streamId) this.#acknowledge(link, peer, stream, 1)
  }

  /** Asks the sponsor for admission: directly if we are connected to it, otherwise through the relays. */
  #apply(stream: Stream): void {
    const { sponsorship } = stream
    const { streamId, sponsor } = sponsorship
    const nowMs = this.#options.nowMs()
    if (nowMs < stream.applyAtMs || !this.#needsAdmission(stream)) return
    stream.applyAtMs = nowMs + applyMs
    const links = [...this.#links.keys()].filter(({ party }) => party.streamId === streamId)
    const direct = links.filter(({ party }) => party.role !== 'relay' && party.paymentKey?.toLowerCase() === sponsor)
    for (const link of direct.length > 0 ? direct : links.filter((link) => this.#sourceOf(link)))
      link.send({ type: 'application', streamId, viewer: this.#self })
  }

  /** Whether we have no admission, or soon need a further admission. */
  #needsAdmission({ sponsorship: { streamId }, admission }: Stream): boolean {
    if (!admission || Number(admission.expiry) * 1_000 - this.#options.nowMs() < leastLeftMs) return true
    const sources = [...this.#links.keys()].flatMap((link) => this.#sourceOf(link) ?? [])
    const ours = new Map(
      sources.filter((source) => source.streamId === streamId).map((source) => [source.uploader, source]),
    )
    const used = [...ours.values()].reduce((sum, source) => sum + this.#options.acknowledgements.bytesFrom(source), 0)
    return BigInt(Math.max(Math.ceil(used), 0)) * 4n >= admission.capBytes * 3n
  }

  /**
   * Shows our admission to a relay that has not seen it. Then sends an acknowledgement: after a new admission even without new bytes, otherwise only if
   * at least `leastBytes` are new.
   */
  #acknowledge(link: PaymentLink, peer: Peer, { sponsorship, admission }: Stream, leastBytes: number): void {
    const source = this.#sourceOf(link)
    if (!source || !admission) return
    const isNew = peer.shown !== admission
    if (isNew) link.send({ type: 'admission', sponsorship, admission })
    peer.shown = admission
    const signing = this.#options.acknowledgements.due(source, isNew ? 0 : leastBytes)
    this.#try(
      link,
      signing.then((acknowledgement) => {
        if (!acknowledgement) return
        peer.acknowledgedAtMs = this.#options.nowMs()
        link.send({ type: 'acknowledgement', acknowledgement })
      }),
    )
  }
}

/** A viewer without a payment key takes no part in subsidised streams. */
export const createGuest = ({
  signer,
  ...options
}: Omit<GuestDeskOptions, 'self'> & { signer: typedData.Signer | undefined }): SubsidySide =>
  signer ? new GuestDesk({ ...options, self: signer.address }) : noSubsidy
