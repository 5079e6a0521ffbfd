import { join } from 'node:path'
import { ProtocolError, type StreamEnd, type StreamId } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import { Emitter } from '../mesh/Emitter'
import { MalformedError } from '../records/json'
import type { Publication } from '../records/Publication'
import { looksAlike, type Source, type StreamRecord } from '../records/StreamRecord'
import { History } from './History'
import { Log } from './Log'
import type { LogLine } from './logLine'
import { decodeEntry, encodeEntry, type StreamLine, version } from './streamLine'
import { Timeline } from './Timeline'
import { Track } from './Track'

/** What may change without a new assignment. */
export type Patch = {
  source?: Source
  renditions?: StreamRecord['renditions']
  /** Ends the stream for good. */
  end?: StreamEnd.StreamEnd
  /** Ends it without its origin's word: the job is over. */
  state?: 'ended'
}

type Events = {
  published: [publication: Publication]
  changed: [record: StreamRecord]
  ended: [record: StreamRecord]
}

/** One source stream and its renditions, past and present, as an append-only log on disk and its recent part in memory. */
export class Stream {
  readonly events = new Emitter<Events>()
  readonly timeline = new Timeline()
  readonly streamId: StreamId.StreamId
  readonly #silenceMs: number
  readonly #history = new History()
  readonly #tracks = new Map<StreamId.StreamId, Track>()
  #log: Log | undefined
  #timer: NodeJS.Timeout | undefined
  #settled = false
  #longestMs = 0
  #activeMs = Date.now()

  private constructor({ streamId, silenceMs }: { streamId: StreamId.StreamId; silenceMs: number }) {
    this.streamId = streamId
    this.#silenceMs = silenceMs
  }

  /** Reads what an earlier run wrote. Whatever was live is silent until its next segment. */
  static async open({ directory, streamId, silenceMs, onFault }: Options): Promise<Stream> {
    const stream = new Stream({ streamId, silenceMs })
    const path = join(directory, streamId, 'stream.jsonl')
    stream.#log = await Log.open({ path, version, onLine: (line) => stream.#replay(line), onFault })
    const record = stream.record
    if (record?.state === 'live') stream.#history.replace({ ...record, state: 'silent' })
    stream.#settled = true
    stream.#activeMs = stream.#log.modifiedMs
    return stream
  }

  /** `undefined` when the log holds none: the relay died between creating and writing it. */
  get record(): StreamRecord | undefined {
    return this.#history.newest
  }

  /** One record per assignment, oldest first. */
  get history(): readonly StreamRecord[] {
    return this.#history.records
  }

  /** Longest segment so far: what HLS calls the target duration follows from it. */
  get longestMs(): number {
    return this.#longestMs
  }

  /** Unix time of the last thing that happened. */
  get activeMs(): number {
    return this.#activeMs
  }

  track(streamId: StreamId.StreamId): Track | undefined {
    return this.#tracks.get(streamId)
  }

  trackIds(): StreamId.StreamId[] {
    return [...this.#tracks.keys()]
  }

  /** Ended, and nothing more can come: the last segment is here, or was waited for long enough. */
  isComplete(streamId: StreamId.StreamId): boolean {
    const record = this.record
    if (record?.state !== 'ended') return false
    const last = this.track(streamId)?.newest?.sequenceNumber
    return this.#settled || (record.end !== undefined && last !== undefined && last >= record.end.lastSequenceNumber)
  }

  /** A new assignment, or a new word on the present one. Throws `EndedError`, `Log.WriteError`. */
  async assign(record: StreamRecord): Promise<void> {
    if (this.record?.end) throw new EndedError({ streamId: this.streamId })
    await this.#append({ record })
    this.#apply(record)
    this.#afterRecord()
  }

  /** Throws `Log.WriteError`. */
  async patch(patch: Patch): Promise<void> {
    const before = this.record as StreamRecord
    const ends = patch.end !== undefined || patch.state === 'ended'
    await this.#append({ record: { ...before, ...patch, state: ends ? 'ended' : before.state } })
    // What happened while the disk wrote, silence or a segment, must not be undone.
    const now = this.record as StreamRecord
    this.#apply({ ...now, ...patch, state: ends ? 'ended' : now.state })
    this.#afterRecord({ ended: ends && before.state !== 'ended' })
  }

  /** Throws `Sequence.RepeatedError`, `EndedError`, `NotOfStreamError`, `ReassignedError`, `Log.WriteError`. */
  async publish(publication: Publication): Promise<void> {
    const { streamId, sequenceNumber } = publication
    const track = this.track(streamId)
    if (!track) throw new NotOfStreamError({ streamId, source: this.streamId })
    const successor = this.#history.successorOf(streamId)
    if (successor && sequenceNumber >= successor.assignment.fromSequence)
      throw new ReassignedError({ sequenceNumber, transcoder: successor.transcoder })
    const { state, end } = this.record as StreamRecord
    const isSource = streamId === this.streamId
    if (end ? sequenceNumber > end.lastSequenceNumber : isSource && state === 'ended')
      throw new EndedError({ streamId: this.streamId })
    track.reserve(sequenceNumber)
    try {
      await this.#append({ segment: publication })
    } catch (error) {
      track.release(sequenceNumber)
      throw error
    }
    this.#add(track, publication)
    this.#activeMs = Date.now()
    const record = this.record as StreamRecord
    if (isSource && record.state !== 'ended') {
      if (record.state === 'silent') this.#become('live')
      this.#listen()
    }
    this.events.emit('published', publication)
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    for (const track of this.#tracks.values()) track.wake()
    await this.#log?.close()
  }

  #append = (line: StreamLine): Promise<void> => (this.#log as Log).append(encodeEntry(line))

  /** A line of an earlier run. Throws `MalformedError`, `Sequence.RepeatedError`. */
  #replay(line: LogLine): void {
    const entry = decodeEntry(line)
    if ('segment' in entry) this.#replaySegment(entry.segment)
    else if (entry.record.streamId === this.streamId) this.#apply(entry.record)
    else throw new MalformedError({ noun: 'record of this stream', facts: [`Of: ${entry.record.streamId}`] })
  }

  /** The record that names the segment's stream can be lost; the segment was written because it was known. */
  #replaySegment(publication: Publication): void {
    const track = this.#trackOf(publication.streamId)
    track.reserve(publication.sequenceNumber)
    this.#add(track, publication)
  }

  #trackOf(streamId: StreamId.StreamId): Track {
    const track = this.#tracks.get(streamId) ?? new Track(streamId)
    this.#tracks.set(streamId, track)
    return track
  }

  #add(track: Track, publication: Publication): void {
    if (track.streamId === this.streamId) this.timeline.add(publication)
    this.#longestMs = Math.max(this.#longestMs, publication.durationMs)
    track.add(publication)
  }

  #apply(record: StreamRecord): void {
    const before = this.record
    if (this.#history.add(record)) this.timeline.breakAt(record.assignment.fromSequence)
    else if (before?.source && record.source && !looksAlike(before.source, record.source)) this.timeline.breakNext()
    for (const { streamId } of [record, ...record.renditions]) this.#trackOf(streamId)
  }

  #afterRecord({ ended = false }: { ended?: boolean } = {}): void {
    const record = this.record as StreamRecord
    this.#activeMs = Date.now()
    if (ended || record.state === 'live') this.#listen()
    this.#tell()
    if (ended) this.events.emit('ended', record)
  }

  /** From now, count the silence: of a live stream's origin, or of an ended one's last renditions. */
  #listen(): void {
    this.#settled = false
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#settled = true
      if (this.record?.state === 'live') this.#become('silent')
      else this.#tell()
    }, this.#silenceMs)
    this.#timer.unref()
  }

  #become(state: StreamRecord['state']): void {
    this.#history.replace({ ...(this.record as StreamRecord), state })
    this.#tell()
  }

  #tell(): void {
    for (const track of this.#tracks.values()) track.wake()
    this.events.emit('changed', this.record as StreamRecord)
  }
}

type Options = {
  directory: string
  streamId: StreamId.StreamId
  silenceMs: number
  /** Lines of the log are damaged; the stream works without them. */
  onFault(fault: Error): void
}

export class EndedError extends ProtocolError {
  override readonly name = 'Stream.EndedError'
  constructor({ streamId }: { streamId: StreamId.StreamId }) {
    super('The stream has ended.', { details: [`Stream: ${streamId}`] })
  }
}

export class NotOfStreamError extends ProtocolError {
  override readonly name = 'Stream.NotOfStreamError'
  constructor({ streamId, source }: { streamId: StreamId.StreamId; source: StreamId.StreamId }) {
    super('The segment is neither of the source stream nor of one of its renditions.', {
      details: [`Segment's stream: ${streamId}`, `Source stream: ${source}`],
    })
  }
}

export class ReassignedError extends ProtocolError {
  override readonly name = 'Stream.ReassignedError'
  constructor({ sequenceNumber, transcoder }: { sequenceNumber: bigint; transcoder: Address }) {
    super('The segment was assigned to another transcoder.', {
      details: [`Sequence number: ${sequenceNumber}`, `Transcoder: ${transcoder}`],
    })
  }
}
