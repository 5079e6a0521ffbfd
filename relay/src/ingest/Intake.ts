import {
  Acceptance,
  Assignment,
  ProtocolError,
  Segment,
  Sequence,
  StreamEnd,
  StreamId,
  type typedData,
} from '@lp/contracts/protocol'
import { type Address, concatBytes, type Hex, isAddressEqual } from 'viem'
import { logOf } from '../log'
import type { Message } from '../mesh/wire'
import type { Link } from './Link'

const log = logOf('ingest')

/** Receives one segment for the transcoder, while the segment arrives. */
export type Sink = {
  write(chunk: Uint8Array): void
  /**
   * Hash and signature are correct: publishes and transcodes the segment. Resolves to the receipt's hash when the receipt is on
   * disk.
   */
  commit(segment: Segment.Segment, payload: Uint8Array): Promise<Hex>
  /** The segment is wrong or incomplete: discards all of it. */
  abort(): void
}

/** The port to the transcoder's work on one job. */
export type Worker = {
  /** The sequence number after the last accepted segment. */
  readonly nextSequence: bigint
  readonly renditionKey: Address
  /** The job's limit for a payload. `Intake` refuses a longer payload while the bytes arrive. */
  readonly maxPayloadBytes: number
  assigned(assignment: Assignment.Assignment, acceptance: Acceptance.Acceptance): Promise<void>
  /** A segment begins. */
  begin(sequenceNumber: bigint): Sink
  /** Called for every refused segment and message, for the counters. */
  refused(error: Error): void
  ended(end: StreamEnd.StreamEnd): Promise<void>
}

/** The job that the transcoder accepts, and its registered key. */
export type Offer = { jobId: Hex; streamId: StreamId.StreamId; domain: typedData.Domain; signer: typedData.Signer }

type Arrival = { sequenceNumber: bigint; startTimeMs: bigint; chunks: Uint8Array[]; byteLength: number; sink: Sink }

/** After this many refusals without a correct segment in between, `Intake` closes the connection. */
const maxRefusals = 20

/** The transcoder's side of one connection to a broadcaster: accepts the job, receives segments, and refuses wrong ones. */
export class Intake {
  readonly #link: Link
  readonly #worker: Worker
  readonly #offer: Offer
  #acceptance: Acceptance.Acceptance | undefined
  #assigned = false
  #arrival: Arrival | undefined
  #refusals = 0
  /** The work on earlier messages. Messages are handled one after the other, in the order of arrival. */
  #turn: Promise<void> = Promise.resolve()

  /** If the peer is the stream's broadcaster, sends the Acceptance immediately. */
  constructor({ link, worker, offer }: { link: Link; worker: Worker; offer: Offer }) {
    this.#link = link
    this.#worker = worker
    this.#offer = offer
    link.on('message', (message) => this.#queue(() => this.#receive(message)))
    link.on('close', () => this.#queue(async () => this.#discard()))
    this.#queue(() => this.#accept())
  }

  #queue(act: () => Promise<void>) {
    this.#turn = this.#turn.then(act).catch((error: Error) => {
      this.#worker.refused(error)
      this.#link.close(error instanceof ProtocolError ? error : undefined)
    })
  }

  async #accept() {
    const { streamId, jobId, signer, domain } = this.#offer
    const origin = StreamId.origin(streamId)
    if (this.#link.role !== 'broadcaster' || !this.#link.address || !isAddressEqual(this.#link.address, origin)) return
    const { nextSequence: fromSequence, renditionKey } = this.#worker
    this.#acceptance = await Acceptance.sign({ jobId, streamId, renditionKey, fromSequence }, signer, domain)
    this.#link.send({ type: 'acceptance', acceptance: this.#acceptance })
  }

  async #receive(message: Message): Promise<void> {
    if (message.type === 'assignment') return this.#assign(message.assignment)
    if (message.type === 'streamEnd') return this.#end(message.streamEnd)
    if (!this.#assigned) return
    if (message.type === 'begin') return this.#begin(message)
    if (message.type === 'bytes') return this.#bytes(message)
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
    await this.#worker.assigned(assignment, this.#acceptance)
    this.#assigned = true
  }

  async #begin({ sequenceNumber, startTimeMs }: Message & { type: 'begin' }) {
    this.#discard()
    try {
      Sequence.assertFollows({ last: this.#worker.nextSequence - 1n, next: sequenceNumber })
    } catch (error) {
      return this.#refuse(sequenceNumber, error as Error)
    }
    const sink = this.#worker.begin(sequenceNumber)
    this.#arrival = { sequenceNumber, startTimeMs, chunks: [], byteLength: 0, sink }
  }

  async #bytes({ sequenceNumber, offset, data }: Message & { type: 'bytes' }) {
    const arrival = this.#arrival
    if (arrival?.sequenceNumber !== sequenceNumber) return
    if (offset !== arrival.byteLength)
      return this.#refuse(sequenceNumber, new OutOfOrderError({ offset, expected: arrival.byteLength }))
    if (offset + data.length > this.#worker.maxPayloadBytes)
      return this.#refuse(sequenceNumber, new Segment.PayloadTooLargeError({ bytes: offset + data.length }))
    arrival.chunks.push(data)
    arrival.byteLength += data.length
    arrival.sink.write(data)
  }

  async #complete({ segment }: Message & { type: 'end' }) {
    const arrival = this.#arrival
    if (arrival?.sequenceNumber !== segment.sequenceNumber) return
    this.#arrival = undefined
    const payload = concatBytes(arrival.chunks)
    try {
      const { domain, streamId } = this.#offer
      if (segment.streamId !== streamId) throw new ForeignStreamError({ streamId: segment.streamId })
      await Segment.verify(segment, domain)
      await Segment.verifyPayload(segment, payload)
    } catch (error) {
      arrival.sink.abort()
      return this.#refuse(segment.sequenceNumber, error as Error)
    }
    this.#refusals = 0
    const { sequenceNumber } = segment
    // Not awaited: the next segment arrives while this segment is transcoded.
    arrival.sink.commit(segment, payload).then(
      (receiptHash) => this.#link.send({ type: 'ack', sequenceNumber, receiptHash }),
      (error) => this.#refuse(sequenceNumber, error),
    )
  }

  async #end(end: StreamEnd.StreamEnd) {
    if (end.streamId !== this.#offer.streamId) throw new ForeignStreamError({ streamId: end.streamId })
    await StreamEnd.verify(end, this.#offer.domain)
    this.#discard()
    await this.#worker.ended(end)
    this.#link.close()
  }

  /** One bad segment does not stop the stream. After `maxRefusals` bad segments in a row the connection closes. */
  async #refuse(sequenceNumber: bigint, error: Error): Promise<void> {
    this.#discard()
    this.#worker.refused(error)
    log.debug('segment refused', () => ({ sequenceNumber, error: error.message }))
    const message = error instanceof ProtocolError ? error.shortMessage : 'The segment could not be transcoded.'
    this.#link.send({ type: 'refusal', sequenceNumber, code: error.name.slice(0, 64), message: message.slice(0, 200) })
    if (++this.#refusals >= maxRefusals) this.#link.close(error instanceof ProtocolError ? error : undefined)
  }

  #discard() {
    this.#arrival?.sink.abort()
    this.#arrival = undefined
  }
}

export class NotOursError extends ProtocolError {
  override readonly name = 'Intake.NotOursError'
  constructor({ transcoder }: { transcoder: Address }) {
    super('The assignment names another transcoder, job or key.', { details: [`Transcoder: ${transcoder}`] })
  }
}

export class OutOfOrderError extends ProtocolError {
  override readonly name = 'Intake.OutOfOrderError'
  constructor({ offset, expected }: { offset: number; expected: number }) {
    super('Bytes of the segment are missing or repeated.', {
      details: [`Offset: ${offset}`, `Expected: ${expected}`],
    })
  }
}

export class ForeignStreamError extends ProtocolError {
  override readonly name = 'Intake.ForeignStreamError'
  constructor({ streamId }: { streamId: Hex }) {
    super('The message names another stream.', { details: [`Stream: ${streamId}`] })
  }
}
