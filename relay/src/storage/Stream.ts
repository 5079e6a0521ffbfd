import { join } from 'node:path'
import type { Part, StreamCover, StreamEnd, StreamId } from '@lp/contracts/protocol'
import { Emitter } from '../mesh/Emitter'
import { MalformedError } from '../records/json'
import type { Publication } from '../records/Publication'
import { type Sale, sourceIdOf } from '../records/Sale'
import { looksAlike, type Source, type StreamRecord } from '../records/StreamRecord'
import { History } from './History'
import { LineLog } from './LineLog'
import type { LogLine } from './logLine'
import { assertOpen, EndedError, NotOfStreamError } from './publishErrors'
import { decodeEntry, encodeEntry, type StreamLine, version } from './streamLine'
import { Timeline } from './Timeline'
import { Track } from './Track'

/** After the signed end of a stream, the last segments of its renditions are published within this time. */
const lastSegmentsMs = 10_000

/** The fields of a record that can change without a new Assignment. */
export type StreamUpdate = {
  source?: Source
  renditions?: StreamRecord['renditions']
  /** The sale of the stream. Its price is the same as before, but its key servers can be different. */
  sale?: Sale
  cover?: StreamCover.StreamCover
  /**
   * The signed end of the stream. After it, the stream accepts no new Assignment, and no segment with a higher number than
   * `lastSequenceNumber`.
   */
  end?: StreamEnd.StreamEnd
  /** Ends the stream without a signed end, because the job is over. */
  state?: 'ended'
}

type Events = {
  part: [part: Part.Part]
  published: [publication: Publication]
  changed: [record: StreamRecord]
  ended: [record: StreamRecord]
}

/** One source stream with all its renditions: an append-only log on disk, and the newest entries of the log in memory. */
export class Stream {
  readonly events = new Emitter<Events>()
  readonly timeline = new Timeline()
  readonly streamId: StreamId.StreamId
  readonly #silenceMs: number
  readonly #history = new History()
  readonly #tracks = new Map<StreamId.StreamId, Track>()
  #log: LineLog | undefined
  #timer: NodeJS.Timeout | undefined
  /**
   * Whether the silence timer has expired. If it has expired and the stream has ended, the relay expects no further
   * segment.
   */
  #isSettled = false
  #longestMs = 0
  #activeMs = Date.now()

  private constructor({ streamId, silenceMs }: { streamId: StreamId.StreamId; silenceMs: number }) {
    this.streamId = streamId
    this.#silenceMs = silenceMs
  }

  /** Reads the log of earlier runs. If the stream was live, it is silent until its next segment. Throws `NewerVersionError`. */
  static async open({ directory, streamId, silenceMs, onFault }: Options): Promise<Stream> {
    const stream = new Stream({ streamId, silenceMs })
    const path = logPathOf(directory, streamId)
    stream.#log = await LineLog.open({ path, version, onLine: (line) => stream.#replay(line), onFault })
    if (stream.record?.state === 'live') stream.#history.replace({ ...stream.record, state: 'silent' })
    stream.#isSettled = true
    stream.#activeMs = stream.#log.modifiedMs
    return stream
  }

  /** The record of the newest Assignment; `undefined` when its line was lost, or when the log is empty. */
  get record(): StreamRecord | undefined {
    return this.#history.newest
  }

  /** One record for each Assignment, oldest first. */
  get history(): readonly StreamRecord[] {
    return this.#history.records
  }

  /** Duration of the longest segment so far. The target duration of HLS follows from it. */
  get longestMs(): number {
    return this.#longestMs
  }

  /** Unix time of the last change, in milliseconds. */
  get activeMs(): number {
    return this.#activeMs
  }

  track(streamId: StreamId.StreamId): Track | undefined {
    return this.#tracks.get(streamId)
  }

  trackIds(): StreamId.StreamId[] {
    return [...this.#tracks.keys()]
  }

  /**
   * Whether the stream has ended, and the last segment of this source or rendition is published or was not published in time.
   */
  isComplete(streamId: StreamId.StreamId): boolean {
    const { record } = this
    if (record?.state !== 'ended') return false
    const last = this.track(streamId)?.newest?.sequenceNumber
    return this.#isSettled || (record.end !== undefined && last !== undefined && last >= record.end.lastSequenceNumber)
  }

  /** Records a new Assignment, or updates the record of the newest Assignment. Throws `EndedError`, `LineLog.WriteError`. */
  async recordAssignment(record: StreamRecord): Promise<void> {
    if (this.record?.end) throw new EndedError({ streamId: this.streamId })
    await this.#append({ record })
    this.#apply(record)
    this.#afterRecord()
  }

  /** Throws `LineLog.WriteError`. */
  async update(update: StreamUpdate): Promise<void> {
    const before = this.record as StreamRecord
    const ends = update.end !== undefined || update.state === 'ended'
    await this.#append({ record: { ...before, ...update, state: ends ? 'ended' : before.state } })
    // During the write, the stream may have become silent or live. This newer state stays.
    const now = this.record as StreamRecord
    this.#apply({ ...now, ...update, state: ends ? 'ended' : now.state })
    this.#afterRecord({ ended: ends && before.state !== 'ended' })
  }

  /** Throws `Sequence.RepeatedError`, `EndedError`, `NotOfStreamError`, `ReassignedError`, `LineLog.WriteError`. */
  async publish(publication: Publication): Promise<void> {
    const { streamId, sequenceNumber } = publication
    const track = this.#trackFor(publication)
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
    if (streamId === sourceIdOf(record) && record.state !== 'ended') {
      if (record.state === 'silent') this.#setState('live')
      this.#countSilence()
    }
    this.events.emit('published', publication)
  }

  /**
   * Publishes a part, in memory only. `bytes`: the bytes after the previous part. Throws `EndedError`, `NotOfStreamError`,
   * `ReassignedError`, `Sequence.RepeatedError`, `Part.ContradictionError`, `OpenSegment.NotNextError`.
   */
  publishPart(part: Part.Part, bytes: Uint8Array): void {
    this.#trackFor(part).addPart(part, bytes)
    this.events.emit('part', part)
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    for (const track of this.#tracks.values()) track.wake()
    await this.#log?.close()
  }

  #append = (line: StreamLine): Promise<void> => (this.#log as LineLog).append(encodeEntry(line))

  /** Applies a line of an earlier run. Throws `MalformedError`, `Sequence.RepeatedError`. */
  #replay(line: LogLine): void {
    const entry = decodeEntry(line)
    if ('segment' in entry) this.#replaySegment(entry.segment)
    else if (entry.record.streamId === this.streamId) this.#apply(entry.record)
    else throw new MalformedError({ noun: 'record of this stream', facts: [`Of: ${entry.record.streamId}`] })
  }

  /** A segment is valid even when the record of its stream is lost: the relay knew the stream when it wrote the segment. */
  #replaySegment(publication: Publication): void {
    const track = this.#trackOf(publication.streamId)
    track.reserve(publication.sequenceNumber)
    this.#add(track, publication)
  }

  /** The track of this segment or part. Throws `EndedError`, `NotOfStreamError` or `ReassignedError` if the stream cannot publish it. */
  #trackFor({ streamId, sequenceNumber }: Pick<Publication, 'streamId' | 'sequenceNumber'>): Track {
    const track = this.track(streamId)
    if (!track) throw new NotOfStreamError({ streamId, source: this.streamId })
    const successor = this.#history.successorOf(streamId)
    assertOpen({ streamId, sequenceNumber }, { record: this.record as StreamRecord, successor })
    return track
  }

  #trackOf(streamId: StreamId.StreamId): Track {
    const track = this.#tracks.get(streamId) ?? new Track(streamId)
    this.#tracks.set(streamId, track)
    return track
  }

  #add(track: Track, publication: Publication): void {
    if (track.streamId === sourceIdOf({ streamId: this.streamId, sale: this.record?.sale }))
      this.timeline.add(publication)
    this.#longestMs = Math.max(this.#longestMs, publication.durationMs)
    track.add(publication)
  }

  #apply(record: StreamRecord): void {
    const before = this.record
    if (this.#history.add(record)) this.timeline.breakAt(record.assignment.fromSequence)
    else if (before?.source && record.source && !looksAlike(before.source, record.source)) this.timeline.breakNext()
    for (const streamId of [sourceIdOf(record), ...record.renditions.map(({ streamId }) => streamId)])
      this.#trackOf(streamId)
  }

  #afterRecord({ ended = false }: { ended?: boolean } = {}): void {
    const record = this.record as StreamRecord
    this.#activeMs = Date.now()
    if (ended || record.state === 'live') this.#countSilence()
    this.#emitChanged()
    if (ended) this.events.emit('ended', record)
  }

  /**
   * Restarts the timer that limits the wait for the next source segment or, after the end of the stream, for the last
   * segments of the renditions.
   */
  #countSilence(): void {
    this.#isSettled = false
    const waitMs = this.record?.state === 'ended' ? Math.min(lastSegmentsMs, this.#silenceMs) : this.#silenceMs
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#isSettled = true
      if (this.record?.state === 'live') this.#setState('silent')
      else this.#emitChanged()
    }, waitMs)
    this.#timer.unref()
  }

  #setState(state: StreamRecord['state']): void {
    this.#history.replace({ ...(this.record as StreamRecord), state })
    this.#emitChanged()
  }

  #emitChanged(): void {
    for (const track of this.#tracks.values()) track.wake()
    this.events.emit('changed', this.record as StreamRecord)
  }
}

/** The log of a stream in the directory of all streams. */
export const logPathOf = (directory: string, streamId: StreamId.StreamId): string =>
  join(directory, streamId, 'stream.jsonl')

type Options = {
  directory: string
  streamId: StreamId.StreamId
  silenceMs: number
  /** Called when lines of the log are damaged. The stream ignores these lines. */
  onFault(fault: Error): void
}
