import {
  Acceptance,
  Assignment,
  type Cheque,
  type KeyServer,
  type ProtocolError,
  type StreamCover,
  StreamEnd,
  type StreamId,
  type StreamListing,
  type StreamPrice,
  type typedData,
} from '@lp/contracts/protocol'
import { type Address, type Hex, isAddressEqual } from 'viem'
import { logOf } from '../log'
import { Emitter } from '../mesh/Emitter'
import type { Message } from '../mesh/wire'
import { deliver } from './deliver'
import type { EpochKeys } from './EpochKeys'
import type { Link } from './Link'
import { Outbox } from './Outbox'
import { noProgress, type Progress } from './Progress'
import { Recording } from './Recording'
import { SegmentCounts } from './SegmentCounts'

const log = logOf('ingest')

export type PublisherOptions = {
  streamId: StreamId.StreamId
  streamKey: typedData.Signer
  domain: typedData.Domain
  jobId: Hex
  /** The drawn transcoders, in order of priority. */
  candidates: readonly Address[]
  /** The first sequence number. More than 0 when the stream continues under a new job, or after the page was loaded again. */
  fromSequence?: bigint
  /**
   * The Assignments that the stream key signed before the page was loaded again, oldest first. The stream continues with the last
   * transcoder if this transcoder is connected.
   */
  assignments?: readonly Assignment.Assignment[]
  /**
   * Called when a segment begins. Nothing of the segment is signed before the promise resolves, so a page that is loaded again after a crash
   * can know which sequence numbers are used. The promise never rejects. Default: no wait.
   */
  reserve?(sequenceNumber: bigint): Promise<void>
  /** How long the publisher waits for each candidate's Acceptance before it may choose the next candidate. Default 4 s. */
  patienceMs?: number
  /** The signed title and poster. Default: the stream has none. */
  cover?: StreamCover.StreamCover | undefined
  /** How the stream is sold. Only candidates with the capability `sealed` get a paid stream. Default: the stream is free. */
  sale?: PublisherSale | undefined
}

export type PublisherSale = {
  /** Signed by the stream key. */
  price: StreamPrice.StreamPrice
  /** The appointments of the stream's key servers, also the appointment of this transcoder. The stream key has signed each appointment. */
  servers(transcoder: Address): Promise<readonly KeyServer.KeyServer[]>
  /** The keys of this page load. A key server in this page sells the same keys. */
  keys: EpochKeys
  /** The transcoder sold keys for this cheque. The cheque is not checked. */
  onIncome?(cheque: Cheque.SignedCheque): void
}

type Work = { assignment: Assignment.Assignment; link: Link | undefined; delivery: AbortController }

/** The broadcaster's side of a job: chooses a transcoder among the candidates, assigns the stream to it, and sends the stream. */
export class Publisher extends Emitter<{ progress: [progress: Progress] }> {
  readonly #options: Required<Omit<PublisherOptions, 'sale' | 'cover' | 'reserve'>> &
    Pick<PublisherOptions, 'sale' | 'cover' | 'reserve'>
  readonly #outbox = new Outbox()
  readonly #counts = new SegmentCounts()
  readonly #recording: Recording
  /** The drawn transcoders that are connected and have accepted the job. */
  readonly #candidates = new Map<Link, Acceptance.Acceptance>()
  #drawn: readonly Address[]
  #work: Work | undefined
  readonly #assignments: Assignment.Assignment[]
  #nextUnsent: bigint
  #listing: StreamListing.StreamListing | undefined
  #timers = new Set<ReturnType<typeof setTimeout>>()
  #progress: Progress = noProgress

  constructor(options: PublisherOptions) {
    super()
    this.#options = { fromSequence: 0n, patienceMs: 4_000, assignments: [], ...options }
    this.#drawn = options.candidates
    this.#assignments = [...this.#options.assignments]
    const assignment = this.#assignments.at(-1)
    if (assignment) this.#work = { assignment, link: undefined, delivery: new AbortController() }
    this.#recording = new Recording({
      ...this.#options,
      outbox: this.#outbox,
      keys: options.sale?.keys,
      onSegment: (sequenceNumber, durationMs) => this.#counts.expect(sequenceNumber, durationMs),
    })
    this.#nextUnsent = this.#options.fromSequence
    this.#searchAgain()
  }

  get progress(): Progress {
    return this.#progress
  }

  /** The Assignments of the stream, oldest first. The chain counts the claimed work of each Assignment. */
  get assignments(): readonly Assignment.Assignment[] {
    return this.#assignments
  }

  /** Adds a connected peer. Ignores a peer that is not a candidate. Reports, and ignores, a candidate that cannot encrypt a paid stream. */
  add(link: Link): void {
    if (link.role !== 'relay' || this.#priorityOf(link) < 0) return
    // An older transcoder would publish a paid stream without encryption.
    if (this.#options.sale && !link.capabilities.has('sealed')) {
      const message = 'A drawn transcoder has an older version, which cannot encrypt a paid stream.'
      this.#counts.recordRefusal({ code: 'Publisher.Unsealed', message, isOfStream: true })
      this.#report({})
      return
    }
    link.on('message', (message) => void this.#receive(message, link))
    link.on('close', () => this.#lose(link))
  }

  /**
   * Call this method when a reorganisation has changed the draw. Closes the links to transcoders that are not drawn now, and keeps
   * the other links.
   */
  redraw(candidates: readonly Address[]): void {
    this.#drawn = candidates
    this.#report({})
    for (const link of [...this.#candidates.keys()])
      if (this.#priorityOf(link) < 0) link.close()
      else this.#chooseInTurn(link)
  }

  /** Starts the next segment. `startTimeMs`: the Unix time of its first sample. */
  begin(startTimeMs: number): void {
    this.#recording.begin(startTimeMs)
    this.#report({})
  }

  append(chunk: Uint8Array): void {
    this.#recording.append(chunk)
  }

  /** Ends a part of the started segment. `byteLength` and `durationMs` count from the start of the segment. */
  part(content: { byteLength: number; durationMs: number }): void {
    this.#recording.part(content)
  }

  /** Completes the started segment. */
  end(durationMs: number): void {
    this.#recording.end(durationMs)
  }

  /** Tells the transcoder whether the stream is shown among the live streams, and tells it also to the next transcoder. */
  list(listing: StreamListing.StreamListing): void {
    this.#listing = listing
    this.#work?.link?.send({ type: 'listing', listing })
  }

  /**
   * Ends the stream. First waits until the transcoder has acknowledged or refused all recorded segments, but at most `timeoutMs`, and only
   * while the transcoder is connected. Then sends the signed end. Returns the signed end, because any account that holds it may end the job
   * on chain.
   */
  async stop(timeoutMs = 8_000): Promise<StreamEnd.StreamEnd> {
    await this.#recording.signed
    const deadline = Date.now() + timeoutMs
    while (this.#outbox.size > 0 && Date.now() < deadline && this.#work?.link)
      await Promise.race([this.#outbox.changed(), this.#pause(deadline - Date.now())])
    const { streamId, streamKey, domain } = this.#options
    const { nextSequence } = this.#recording
    const lastSequenceNumber = nextSequence > 0n ? nextSequence - 1n : 0n
    const end = await StreamEnd.sign({ streamId, lastSequenceNumber }, streamKey, domain)
    // The transcoder closes the link when it has stored the end. If we closed it first, queued messages could be lost.
    const closed = [...this.#candidates.keys()].map((link) => {
      link.send({ type: 'streamEnd', streamEnd: end })
      return new Promise<void>((resolve) => link.on('close', () => resolve()))
    })
    await Promise.race([Promise.all(closed), this.#pause(2_000)])
    this.#work?.delivery.abort()
    for (const timer of this.#timers) clearTimeout(timer)
    this.#report({ phase: 'ended' })
    return end
  }

  async #receive(message: Message, link: Link) {
    if (message.type === 'acceptance') await this.#accept(message.acceptance, link)
    else if (message.type === 'refusal' && message.sequenceNumber === undefined) this.#beRefused(message, link)
    else if (link !== this.#work?.link) return
    else if (message.type === 'income') this.#options.sale?.onIncome?.(message.cheque)
    else if (message.type === 'ack') this.#settle(message.sequenceNumber, { accepted: true })
    else if (message.type === 'refusal') {
      log.debug('segment refused by the transcoder', () => ({ ...message, type: undefined }))
      this.#counts.recordRefusal({ code: message.code, message: message.message, isOfStream: false })
      if (message.sequenceNumber !== undefined) this.#settle(message.sequenceNumber, { accepted: false })
    }
  }

  /** The transcoder does not take the stream now. If it was at work on the stream, another candidate is chosen immediately. */
  #beRefused({ code, message }: { code: string; message: string }, link: Link) {
    const wasAtWork = link === this.#work?.link
    this.#lose(link)
    link.close()
    if (this.#work?.link) return
    this.#counts.recordRefusal({ code, message, isOfStream: true })
    this.#report({})
    if (wasAtWork) void this.#choose()
  }

  async #accept(acceptance: Acceptance.Acceptance, link: Link) {
    const { jobId, streamId, domain } = this.#options
    try {
      await Acceptance.verify(acceptance, { transcoder: link.address as Address, domain })
    } catch (error) {
      return link.close(error as ProtocolError)
    }
    const isOurs = acceptance.jobId === jobId && acceptance.streamId === streamId
    // The draw may have changed since the transcoder connected.
    if (!isOurs || this.#priorityOf(link) < 0) return link.close()
    // If the process of a transcoder was killed, its connection is still open here. So we close it when the transcoder connects again.
    for (const other of [...this.#candidates.keys()]) if (isOf(other, link.address)) other.close()
    this.#candidates.set(link, acceptance)
    this.#chooseInTurn(link)
  }

  /** Whether the page was loaded again, and has not signed an Assignment since then. */
  get #isReloaded(): boolean {
    const { length } = this.#options.assignments
    return length > 0 && this.#assignments.length === length
  }

  /**
   * Waits, so that candidates with a higher priority can accept, and then chooses. Chooses without waiting if `link` is the first
   * candidate, or the assigned transcoder that has returned. After a reload of the page, the last transcoder comes before all candidates.
   */
  #chooseInTurn(link: Link) {
    const turn = this.#priorityOf(link) + (this.#isReloaded ? 1 : 0)
    const priority = isOf(link, this.#work?.assignment?.transcoder) ? 0 : turn
    if (priority === 0) void this.#choose()
    else this.#after(priority * this.#options.patienceMs, () => void this.#choose())
  }

  #priorityOf(link: Link): number {
    return this.#drawn.findIndex((address) => isOf(link, address))
  }

  /**
   * Assigns the stream to the previous transcoder if it has returned, or else to the first candidate that has accepted. Does nothing while
   * a transcoder is at work.
   */
  async #choose(): Promise<void> {
    if (this.#work?.link || this.#progress.phase === 'ended') return
    const previous = this.#work?.assignment
    const candidates = [...this.#candidates].sort(([a], [b]) => this.#priorityOf(a) - this.#priorityOf(b))
    const returned = candidates.find(([link]) => isOf(link, previous?.transcoder))
    const chosen = returned ?? candidates[0]
    if (!chosen) return
    const [link, acceptance] = chosen
    // A page that was loaded again has begun a new timeline of the stream, and only a new Assignment tells this to players.
    const isSame = !this.#isReloaded && previous && returned
    const resumes = isSame && isAddressEqual(acceptance.renditionKey, previous.renditionKey)
    const unsettled = this.#outbox.first?.sequenceNumber ?? this.#recording.nextSequence
    const delivery = new AbortController()
    const work: Work = { link, delivery, assignment: previous as Assignment.Assignment }
    this.#work?.delivery.abort()
    this.#work = work
    // If a returned transcoder has lost acknowledged segments, the new Assignment starts after these segments.
    if (!resumes || acceptance.fromSequence < unsettled) {
      work.assignment = await this.#assign(acceptance, { link, unsettled })
      this.#assignments.push(work.assignment)
    } else if (acceptance.fromSequence > 0n) this.#settle(acceptance.fromSequence - 1n, { accepted: true })
    if (delivery.signal.aborted) return
    const { sale, cover } = this.#options
    if (sale) {
      const servers = await sale.servers(link.address as Address)
      if (delivery.signal.aborted) return
      link.send({ type: 'sale', price: sale.price, servers })
    }
    link.send({ type: 'assignment', assignment: work.assignment })
    if (cover) link.send({ type: 'cover', cover })
    if (this.#listing) link.send({ type: 'listing', listing: this.#listing })
    this.#counts.clearRefusal()
    this.#report({ phase: 'assigned', transcoder: link.address })
    const fromSequence = this.#outbox.first?.sequenceNumber ?? this.#recording.nextSequence
    const onSent = (sequenceNumber: bigint) => {
      // After an interruption, a segment may be sent again. It is counted only once.
      if (sequenceNumber < this.#nextUnsent) return
      this.#nextUnsent = sequenceNumber + 1n
      this.#report({ sent: this.#progress.sent + 1 })
    }
    // When the link breaks, its `close` event starts the search for a transcoder.
    const sending = { link, fromSequence, signal: delivery.signal, onSent, keys: sale?.keys }
    await deliver(this.#outbox, sending).catch(() => undefined)
  }

  #assign(acceptance: Acceptance.Acceptance, { link, unsettled }: { link: Link; unsettled: bigint }) {
    const { jobId, streamId, streamKey, domain } = this.#options
    const fromSequence = acceptance.fromSequence > unsettled ? acceptance.fromSequence : unsettled
    const transcoder = link.address as Address
    const { renditionKey } = acceptance
    return Assignment.sign({ jobId, streamId, transcoder, renditionKey, fromSequence }, streamKey, domain)
  }

  #settle(sequenceNumber: bigint, { accepted }: { accepted: boolean }) {
    this.#outbox.settle(sequenceNumber)
    this.#counts.settle(sequenceNumber, { accepted, transcoder: this.#work?.link?.address as Address })
    this.#report({})
  }

  #lose(link: Link) {
    this.#candidates.delete(link)
    if (link !== this.#work?.link) return
    this.#work.delivery.abort()
    this.#work.link = undefined
    this.#report({ phase: 'interrupted' })
    this.#searchAgain()
  }

  /** Waits for twice `patienceMs`, so that candidates can connect, or the previous transcoder can return. Then chooses a transcoder. */
  #searchAgain() {
    this.#after(this.#options.patienceMs * 2, () => void this.#choose())
  }

  #after(delayMs: number, act: () => void) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, delayMs)
    this.#timers.add(timer)
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#after(Math.max(0, ms), resolve))
  }

  #report(change: Partial<Progress>) {
    if (change.phase) log.debug('broadcast', () => ({ phase: change.phase, transcoder: change.transcoder }))
    const { dropped, size: unsettled } = this.#outbox
    this.#progress = { ...this.#progress, ...this.#counts.progress(this.#drawn), ...change, dropped, unsettled }
    this.emit('progress', this.#progress)
  }
}

const isOf = (link: Link, address: Address | undefined): boolean =>
  link.address !== undefined && address !== undefined && isAddressEqual(link.address, address)
