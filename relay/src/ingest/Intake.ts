import {
  Acceptance,
  Assignment,
  EpochKey,
  ProtocolError,
  Sequence,
  type StreamCover,
  StreamEnd,
  StreamId,
  type StreamListing,
  type typedData,
} from '@lp/contracts/protocol'
import { type Address, type Hex, isAddressEqual } from 'viem'
import { logOf } from '../log'
import type { Message } from '../mesh/wire'
import { Arrival, ForeignStreamError, SealError } from './Arrival'
import type { Link } from './Link'
import type { Admission, OfferedSale, SealedWhole, Worker } from './Worker'

const log = logOf('ingest')

/** The job that the transcoder accepts. `signer`: the transcoder's registered key. */
export type Offer = { jobId: Hex; streamId: StreamId.StreamId; domain: typedData.Domain; signer: typedData.Signer }

/** After this many refusals without a correct segment in between, `Intake` closes the connection. */
const maxRefusals = 20

/** Least time between two listings of one connection. A person can turn the listing on and off by mistake. */
const listingPauseMs = 1_000

/** A broadcaster that was dismissed has this time to close its connection. */
const closingMs = 2_000

/** The transcoder's side of one connection to a broadcaster: accepts the job, receives segments, and refuses wrong segments. */
export class Intake {
  readonly #link: Link
  readonly #worker: Worker
  readonly #offer: Offer
  readonly #admission: Admission
  #acceptance: Acceptance.Acceptance | undefined
  #assigned = false
  /** The broadcaster has sent the title and the poster. */
  #isShown = false
  #nextListingMs = 0
  /** The sale of a paid stream. `undefined`: the stream is free, or the broadcaster has not sent the sale yet. */
  #sale: OfferedSale | undefined
  /** How the broadcaster encrypts the next segment. */
  #seal: { sequenceNumber: bigint; salt: Hex } | undefined
  #arrival: Arrival | undefined
  #refusals = 0
  #isClosed = false
  /** The work on earlier messages. Messages are handled one after the other, in the order of arrival. */
  #turn: Promise<void> = Promise.resolve()

  /** If the peer is the stream's broadcaster, sends the Acceptance, or a refusal if the relay has no place for the job. */
  constructor({ link, worker, offer, admission }: { link: Link; worker: Worker; offer: Offer; admission: Admission }) {
    this.#link = link
    this.#worker = worker
    this.#offer = offer
    this.#admission = admission
    link.on('message', (message) => this.#queue(() => this.#receive(message)))
    link.on('close', () => {
      this.#isClosed = true
      this.#discard()
    })
    this.#queue(() => this.#accept())
  }

  /** Call this method when the broadcaster has a newer connection. */
  close(reason: ProtocolError): void {
    this.#link.close(reason)
  }

  /**
   * Tells the broadcaster why this relay does not work on the stream, and ignores later messages. The broadcaster closes
   * the connection: if we closed it first, our message could be lost.
   */
  dismiss(reason: ProtocolError): void {
    if (this.#isClosed) return
    this.#link.send({ type: 'refusal', ...refusalOf(reason) })
    this.#isClosed = true
    this.#discard()
    const timer = setTimeout(() => this.#link.close(reason), closingMs)
    this.#link.on('close', () => clearTimeout(timer))
  }

  #queue(act: () => Promise<void>) {
    const unlessClosed = async () => (this.#isClosed ? undefined : act())
    this.#turn = this.#turn.then(unlessClosed).catch((error: Error) => {
      this.#worker.refused(error)
      this.#link.close(error instanceof ProtocolError ? error : undefined)
    })
  }

  async #accept() {
    const { streamId, jobId, signer, domain } = this.#offer
    const origin = StreamId.origin(streamId)
    if (this.#link.role !== 'broadcaster' || !this.#link.address || !isAddressEqual(this.#link.address, origin)) return
    try {
      this.#admission.assertOpen()
    } catch (error) {
      return this.dismiss(error as ProtocolError)
    }
    await this.#worker.settled
    const { nextSequence: fromSequence, renditionKey } = this.#worker
    this.#acceptance = await Acceptance.sign({ jobId, streamId, renditionKey, fromSequence }, signer, domain)
    this.#link.send({ type: 'acceptance', acceptance: this.#acceptance })
  }

  async #receive(message: Message): Promise<void> {
    if (message.type === 'assignment') return this.#assign(message.assignment)
    if (message.type === 'streamEnd') return this.#end(message.streamEnd)
    if (message.type === 'sale' && !this.#assigned) {
      const { price, servers } = message
      this.#sale = { price, servers, tell: (cheque) => this.#link.send({ type: 'income', cheque }) }
      return
    }
    if (!this.#assigned) return
    if (message.type === 'cover') return this.#show(message.cover)
    if (message.type === 'listing') return this.#list(message.listing)
    if (message.type === 'epochKey') return this.#worker.learnKey(message.epoch, message.key)
    if (message.type === 'seal') {
      this.#seal = message
      return
    }
    if (message.type === 'begin') return this.#begin(message)
    if (message.type === 'bytes') return this.#bytes(message)
    if (message.type === 'part') return this.#part(message)
    if (message.type === 'end') return this.#complete(message)
  }

  async #assign(assignment: Assignment.Assignment) {
    if (!this.#acceptance) return
    const { jobId, streamId, signer, domain } = this.#offer
    await Assignment.verify(assignment, domain)
    const { renditionKey } = this.#worker
    const ours =
      assignment.jobId === jobId &&
      assignment.streamId === streamId &&
      isAddressEqual(assignment.transcoder, signer.address) &&
      isAddressEqual(assignment.renditionKey, renditionKey)
    if (!ours) throw new NotOursError({ transcoder: assignment.transcoder })
    try {
      this.#admission.enter()
      await this.#worker.assigned(assignment, this.#acceptance, this.#sale)
      this.#assigned = true
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#worker.refused(error)
      this.dismiss(error)
    }
  }

  /** Only the first cover of a connection counts: each cover needs space on the disk. Without a valid cover, the stream goes on. */
  async #show(cover: StreamCover.StreamCover) {
    if (this.#isShown) return
    this.#isShown = true
    await this.#worker.show(cover).catch((error: Error) => this.#worker.refused(error))
  }

  /** Without a valid listing, the stream goes on. */
  async #list(listing: StreamListing.StreamListing) {
    const nowMs = performance.now()
    // A check costs time. Without this pause, a stranger with a job could ask for many checks.
    if (nowMs < this.#nextListingMs) return
    this.#nextListingMs = nowMs + listingPauseMs
    await this.#worker.list(listing).catch((error: Error) => this.#worker.refused(error))
  }

  async #begin({ sequenceNumber, startTimeMs }: Message & { type: 'begin' }) {
    this.#discard()
    try {
      Sequence.assertFollows({ last: this.#worker.nextSequence - 1n, next: sequenceNumber })
    } catch (error) {
      return this.#refuse(sequenceNumber, error as Error)
    }
    const key = this.#sale && this.#worker.keyOf(EpochKey.epochOf(sequenceNumber))
    const salt = this.#seal?.sequenceNumber === sequenceNumber ? this.#seal.salt : undefined
    const seal = key && salt ? { key, salt } : undefined
    if (this.#sale && !seal) return this.#refuse(sequenceNumber, new SealError({ sequenceNumber }))
    const sink = this.#worker.begin(sequenceNumber, { inParts: this.#link.capabilities.has('parts'), key })
    const arrival = new Arrival({ sequenceNumber, startTimeMs, sink, offer: this.#offer, seal })
    this.#arrival = arrival
    // If the error comes after the end of the segment, `commit` rejects with it.
    void sink.failed.then((error) => {
      if (this.#arrival === arrival) void this.#refuse(sequenceNumber, error)
    })
  }

  async #bytes({ sequenceNumber, offset, data }: Message & { type: 'bytes' }) {
    const arrival = this.#arrival
    if (arrival?.sequenceNumber !== sequenceNumber) return
    try {
      arrival.append(data, { offset, maxBytes: this.#worker.maxPayloadBytes })
    } catch (error) {
      return this.#refuse(sequenceNumber, error as Error)
    }
  }

  async #part({ part }: Message & { type: 'part' }) {
    const arrival = this.#arrival
    if (arrival?.sequenceNumber !== part.sequenceNumber || !this.#link.capabilities.has('parts')) return
    try {
      await arrival.addPart(part)
    } catch (error) {
      return this.#refuse(part.sequenceNumber, error as Error)
    }
  }

  async #complete({ segment }: Message & { type: 'end' }) {
    const arrival = this.#arrival
    if (arrival?.sequenceNumber !== segment.sequenceNumber || arrival.takeSealed(segment)) return
    this.#arrival = undefined
    let sealed: SealedWhole | undefined
    try {
      sealed = await arrival.verify(segment)
    } catch (error) {
      arrival.sink.abort()
      return this.#refuse(segment.sequenceNumber, error as Error)
    }
    this.#refusals = 0
    this.#admission.active()
    const { sequenceNumber } = segment
    // This promise is not awaited, because the next segment arrives while this segment is transcoded.
    arrival.sink.commit(segment, arrival.payload, sealed).then(
      (receiptHash) => this.#link.send({ type: 'ack', sequenceNumber, receiptHash }),
      (error) => this.#refuse(sequenceNumber, error),
    )
  }

  async #end(end: StreamEnd.StreamEnd) {
    if (end.streamId !== this.#offer.streamId) throw new ForeignStreamError({ streamId: end.streamId })
    await StreamEnd.verify(end, this.#offer.domain)
    this.#discard()
    await this.#worker.ended(end)
    this.#admission.leave()
    this.#link.close()
  }

  /** One bad segment does not stop the stream. After `maxRefusals` bad segments in a row, the connection closes. */
  async #refuse(sequenceNumber: bigint, error: Error): Promise<void> {
    this.#discard()
    this.#worker.refused(error)
    // After `dismiss`, the broadcaster sends the segment to another transcoder. So we must not send a refusal of this segment.
    if (this.#isClosed) return
    log.debug('segment refused', () => ({ sequenceNumber, error: error.message }))
    this.#link.send({ type: 'refusal', sequenceNumber, ...refusalOf(error) })
    if (++this.#refusals >= maxRefusals) this.#link.close(error instanceof ProtocolError ? error : undefined)
  }

  #discard() {
    this.#arrival?.sink.abort()
    this.#arrival = undefined
  }
}

function refusalOf(error: Error): { code: string; message: string } {
  const message = error instanceof ProtocolError ? error.shortMessage : 'The segment could not be transcoded.'
  return { code: error.name.slice(0, 64), message: message.slice(0, 200) }
}

export class NotOursError extends ProtocolError {
  override readonly name = 'Intake.NotOursError'
  constructor({ transcoder }: { transcoder: Address }) {
    super('The assignment names another transcoder, job or key.', { details: [`Transcoder: ${transcoder}`] })
  }
}
