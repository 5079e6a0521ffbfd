import { ProtocolError, type Segment, StreamId } from '@lp/contracts/protocol'
import { logOf } from '../log'
import { isSameAssignment, type StreamRecord } from '../records/StreamRecord'
import type { Catalogue } from '../storage/Catalogue'
import type { PayloadStore } from '../storage/PayloadStore'

const log = logOf('carry')

export type CarriedStreamOptions = {
  streamId: StreamId.StreamId
  catalogue: Catalogue
  payloads: PayloadStore
  onFault(error: Error): void
}

type Complete = { segment: Segment.Segment; data: Uint8Array }

/**
 * The largest number of segments of a level (the source or a rendition) that wait for an earlier segment, or for the record of the stream.
 */
const maxWaiting = 16
/** We no longer wait for a missing segment when more than this number of later segments of the level are complete. */
const maxBehind = 3

/** Takes a stream from a `Carrier`, and writes it into the catalogue and the store, in order, so that the gateway can serve it. */
export class CarriedStream {
  readonly #options: CarriedStreamOptions
  /** By level: complete segments that wait for an earlier segment, or for the record of the stream. */
  readonly #waiting = new Map<StreamId.StreamId, Map<bigint, Complete>>()
  #record: StreamRecord | undefined
  #last: Promise<void> = Promise.resolve()

  constructor(options: CarriedStreamOptions) {
    this.#options = options
  }

  /** Takes the record of the stream. The caller has checked its signatures. */
  take(record: StreamRecord): void {
    this.#then(() => this.#writeRecord(record))
  }

  /** Takes a complete segment. The caller has checked its signature and its bytes. */
  takeSegment(segment: Segment.Segment, data: Uint8Array): void {
    const level = StreamId.parse(segment.streamId)
    const waiting = this.#waiting.get(level) ?? new Map<bigint, Complete>()
    this.#waiting.set(level, waiting)
    waiting.set(segment.sequenceNumber, { segment, data })
    for (const oldest of waiting.keys()) if (waiting.size > maxWaiting) waiting.delete(oldest)
    this.#then(() => this.#publish(level, waiting))
  }

  /** Ends the stream without its signed end, for example because the job of the stream is over. Does nothing if it has ended. */
  end(): void {
    this.#then(async () => {
      const { catalogue, streamId } = this.#options
      const record = catalogue.record(streamId)
      if (record && record.state !== 'ended') await catalogue.update(streamId, { state: 'ended' })
    })
  }

  /** Resolves when everything is written. */
  async idle(): Promise<void> {
    await this.#last
  }

  /** Starts a write when the previous write has ended. The stream continues after a failed write. */
  #then(write: () => Promise<void>): void {
    this.#last = this.#last.then(write).catch((error: Error) => {
      if (isOutOfPlace(error)) log.debug('not written', () => ({ reason: error.message }))
      else this.#options.onFault(error)
    })
  }

  async #writeRecord(record: StreamRecord): Promise<void> {
    const { catalogue, streamId } = this.#options
    const { end, source, renditions } = record
    const known = catalogue.record(streamId)
    if (!known || !isSameAssignment(known, record))
      await catalogue.recordAssignment({ ...record, state: 'live', end: undefined })
    else if (!this.#record && source) await catalogue.update(streamId, { source, renditions })
    this.#record = record
    for (const [level, waiting] of this.#waiting) await this.#publish(level, waiting)
    if (end && !catalogue.record(streamId)?.end) await catalogue.update(streamId, { end })
  }

  async #publish(level: StreamId.StreamId, waiting: Map<bigint, Complete>): Promise<void> {
    const { catalogue, payloads, streamId } = this.#options
    // The record names the levels. After a handover, the segments of new renditions can come before the new record is written.
    if (catalogue.sourceOf(level) !== streamId) return
    const numbers = [...waiting.keys()].sort((a, b) => (a < b ? -1 : 1))
    for (const [at, number] of numbers.entries()) {
      const last = catalogue.last(level)
      const isNext = last === undefined || number <= last + 1n
      if (!isNext && numbers.length - at <= maxBehind) return
      const { segment, data } = waiting.get(number) as Complete
      waiting.delete(number)
      if (last !== undefined && number <= last) continue
      await payloads.put(segment.dataHash, data)
      await catalogue.publish(streamId, { ...segment, byteLength: data.length })
    }
  }
}

/** Whether the error says that a record or segment came too late, or belongs to an Assignment that a later Assignment has replaced. */
const isOutOfPlace = (error: unknown): error is ProtocolError =>
  error instanceof ProtocolError &&
  ['Stream.EndedError', 'Stream.ReassignedError', 'Stream.NotOfStreamError', 'Sequence.RepeatedError'].includes(
    error.name,
  )
