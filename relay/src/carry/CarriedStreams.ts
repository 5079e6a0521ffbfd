import { ProtocolError, type StreamId } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { logOf } from '../log'
import { TokenBucket } from '../mesh/TokenBucket'
import { sourceIdOf } from '../records/Sale'
import { Carrier, type CarrierOptions } from '../watch/Carrier'
import { CarriedStream, type CarriedStreamOptions } from './CarriedStream'

const log = logOf('carry')

export type CarriedStreamsOptions = Pick<
  CarrierOptions,
  'domain' | 'directory' | 'transport' | 'servers' | 'payments' | 'isRelay' | 'signAsRelay' | 'fetch'
> &
  Pick<CarriedStreamOptions, 'catalogue' | 'payloads'> & {
    /** The largest number of streams at the same time. */
    maxStreams: number
    /** While the disk is full, the relay does not begin to carry a stream. */
    isDiskFull(): boolean
    metrics: {
      meshBytesServed(bytes: number): void
      meshMembersChanged(change: number): void
    }
    onFault(error: Error): void
  }

type Carried = {
  readonly carrier: Carrier
  readonly stream: CarriedStream
  askedMs: number
  /** The first segment is written. */
  isServed: boolean
  /** When the stream ended, or became silent. `undefined` while it is live. */
  endedMs: number | undefined
  /** The viewers that are connected to the relay over WebRTC. */
  members: number
  sentBytes: number
}

/**
 * If no viewer has asked for a stream for this time, and no viewer of the stream is connected to the relay, the relay leaves the stream,
 * unless the operator has named it.
 */
const idleMs = 300_000
/**
 * If the relay is full and a viewer asks for another stream, the relay leaves one stream that the operator has not named and that has been
 * idle for this time.
 */
const replaceableMs = 60_000
/** The relay carries a stream for this time after its signed end, because late viewers still need the last segments. */
const lingerMs = 60_000
/** The relay carries a silent stream for this time, because the broadcaster can continue it. */
const maxSilenceMs = 600_000
const lookEveryMs = 10_000
/** A request waits at most this time for the first segment of a stream that we begin to carry. */
const patienceMs = 8_000
/** Limits the searches for streams that viewers ask for, because each search reads the chain. */
const searches = { perSecond: 2, burst: 20 }
/** If a search found no live job of a stream, requests of viewers start no further search for this stream for this time. */
const unknownMs = 30_000
const maxUnknown = 10_000

/**
 * The streams that a relay without stake carries: streams that its operator names, and live streams that viewers ask for. `maxStreams` and
 * the budget in `payments` limit the amount that the relay pays for the streams.
 */
export class CarriedStreams {
  readonly #options: CarriedStreamsOptions
  readonly #carried = new Map<StreamId.StreamId, Carried>()
  readonly #starting = new Map<StreamId.StreamId, Promise<void>>()
  /**
   * The streams that the operator has named. A stream leaves this set when it ends, or when the relay cannot begin to carry it because the
   * chain knows no live job of it or because the relay is full.
   */
  readonly #named = new Set<StreamId.StreamId>()
  /** Streams for which we found no live job, and the time of the search. Oldest first. */
  readonly #unknown = new Map<StreamId.StreamId, number>()
  readonly #searches = new TokenBucket({ ...searches, nowMs: () => performance.now() })
  readonly #timer: ReturnType<typeof setInterval>

  constructor(options: CarriedStreamsOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#look(), lookEveryMs)
  }

  get size(): number {
    return this.#carried.size
  }

  /** The stream to which a level belongs. `undefined`: we do not carry this stream. */
  sourceOf(level: Hex): StreamId.StreamId | undefined {
    for (const [streamId, { carrier }] of this.#carried) if (carrier.levels.includes(level)) return streamId
    return undefined
  }

  /**
   * Carries a stream that the operator has named, until its end. Rejects with `NoLiveStreamError`, `FullError`, `DiskFullError`,
   * or the error of the chain. After an error of the chain, or when the disk has space again, the relay tries again.
   */
  async carry(streamId: StreamId.StreamId): Promise<void> {
    this.#named.add(streamId)
    if (this.#carried.has(streamId)) return
    try {
      await this.#search(streamId)
    } catch (error) {
      // After an error of the chain, and while the disk is full, the stream stays in `#named`, so `#look` tries again.
      if (error instanceof NoLiveStreamError || error instanceof FullError) this.#named.delete(streamId)
      throw error
    }
  }

  /**
   * Call this method when a viewer asks for the stream. If the stream is live, the relay and its disk are not full, and `searches` and
   * `unknownMs` allow a search, the relay carries the stream from now on. Resolves when the gateway can serve the stream, when the stream
   * has ended or has become silent, when the relay does not carry the stream, or `patienceMs` after the search. Never rejects.
   */
  async asked(streamId: StreamId.StreamId): Promise<void> {
    const { catalogue } = this.#options
    // The catalogue knows the id of a rendition only if the relay carries the stream, or has carried it.
    const source = catalogue.sourceOf(streamId) ?? streamId
    const known = this.#carried.get(source)
    if (known) known.askedMs = performance.now()
    if (source !== streamId || known?.isServed) return
    if (known && this.#hasSegments(streamId)) {
      known.isServed = true
      return
    }
    if (!known) {
      const triedMs = this.#unknown.get(streamId)
      if (triedMs !== undefined && performance.now() - triedMs < unknownMs) return
      if (!this.#starting.has(streamId) && !this.#searches.take(1)) return
    }
    try {
      if (!known) await this.#search(streamId)
      await this.#untilServed(streamId)
    } catch (error) {
      if (error instanceof NoLiveStreamError) this.#remember(streamId)
      else if (error instanceof FullError || error instanceof DiskFullError)
        log.debug('stream not carried: the relay or its disk is full', () => ({ streamId }))
      else this.#options.onFault(error as Error)
    }
  }

  /** Leaves the streams that the operator does not serve any more. */
  leaveIf(isBlocked: (streamId: StreamId.StreamId) => boolean): void {
    for (const streamId of [...this.#carried.keys()]) {
      if (!isBlocked(streamId)) continue
      this.#named.delete(streamId)
      this.#leave(streamId)
    }
  }

  /** Leaves all streams. Resolves when everything is written. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    const streams = [...this.#carried.values()].map(({ stream }) => stream)
    for (const streamId of [...this.#carried.keys()]) this.#leave(streamId)
    await Promise.all(streams.map((stream) => stream.idle()))
  }

  #search(streamId: StreamId.StreamId): Promise<void> {
    const starting = this.#starting.get(streamId) ?? this.#start(streamId)
    this.#starting.set(streamId, starting)
    const forget = () => this.#starting.delete(streamId)
    starting.then(forget, forget)
    return starting
  }

  async #start(streamId: StreamId.StreamId): Promise<void> {
    const { directory, maxStreams, isDiskFull } = this.#options
    if (isDiskFull()) throw new DiskFullError()
    const listing = await directory.find(streamId)
    if (!listing || listing.job.over) throw new NoLiveStreamError({ streamId })
    if (this.#carried.size >= maxStreams && !this.#makeRoom()) throw new FullError({ maxStreams })
    this.#carried.set(streamId, this.#join(streamId))
    const isNamed = this.#named.has(streamId)
    log.info('carries a stream', { streamId, reason: isNamed ? 'named by the operator' : 'asked for by a viewer' })
  }

  #join(streamId: StreamId.StreamId): Carried {
    const { catalogue, payloads, onFault, maxStreams: _, metrics: __, isDiskFull: ___, ...options } = this.#options
    const stream = new CarriedStream({ streamId, catalogue, payloads, onFault })
    const carrier = new Carrier({
      ...options,
      ...{ streamId, isMeshOnly: true, onChange: () => this.#count(streamId) },
      onRecord: (record) => stream.take(record),
      onSegment: (segment, data) => stream.takeSegment(segment, data),
      refuse: (error) =>
        log.debug('refused', () => ({ streamId, reason: error instanceof Error ? error.message : `${error}` })),
    })
    return {
      carrier,
      stream,
      askedMs: performance.now(),
      isServed: false,
      endedMs: undefined,
      members: 0,
      sentBytes: 0,
    }
  }

  /** Adds to the metrics the bytes that were sent, and the viewers that came or left, since the previous run of this function. */
  #count(streamId: StreamId.StreamId): void {
    const carried = this.#carried.get(streamId)
    const stats = carried?.carrier.stats
    if (!carried || !stats) return
    const { metrics } = this.#options
    if (stats.bytesToPeers > carried.sentBytes) metrics.meshBytesServed(stats.bytesToPeers - carried.sentBytes)
    if (stats.peers !== carried.members) metrics.meshMembersChanged(stats.peers - carried.members)
    carried.sentBytes = stats.bytesToPeers
    carried.members = stats.peers
  }

  #look(): void {
    for (const [streamId, carried] of this.#carried) {
      const { carrier, stream, members, askedMs } = carried
      const { state } = carrier
      if (state === 'ended' || state === 'silent') {
        carried.endedMs ??= performance.now()
        const waitMs = this.#options.catalogue.record(streamId)?.end ? lingerMs : maxSilenceMs
        if (performance.now() - carried.endedMs < waitMs) continue
        stream.end()
        this.#named.delete(streamId)
        this.#leave(streamId)
        continue
      }
      carried.endedMs = undefined
      // If the state is `failed`, the chain did not answer at the start. We search again: for a named stream below, for another stream when
      // a viewer asks again.
      const isIdle = members === 0 && performance.now() - askedMs > idleMs
      if (state === 'failed' || (isIdle && !this.#named.has(streamId))) this.#leave(streamId)
    }
    if (this.#options.isDiskFull()) return
    for (const streamId of this.#named)
      if (!this.#carried.has(streamId)) this.carry(streamId).catch((error: Error) => this.#options.onFault(error))
  }

  /**
   * Of the idle streams that the operator has not named, leaves the stream whose last request is the oldest. Returns false if there is none.
   */
  #makeRoom(): boolean {
    const nowMs = performance.now()
    const idle = [...this.#carried]
      .filter(([id, { members, askedMs }]) => !this.#named.has(id) && members === 0 && nowMs - askedMs > replaceableMs)
      .sort(([, a], [, b]) => a.askedMs - b.askedMs)
    const [streamId] = idle[0] ?? []
    if (streamId) this.#leave(streamId)
    return streamId !== undefined
  }

  #leave(streamId: StreamId.StreamId): void {
    const carried = this.#carried.get(streamId)
    if (!carried) return
    carried.carrier.close()
    this.#carried.delete(streamId)
    if (carried.members > 0) this.#options.metrics.meshMembersChanged(-carried.members)
    log.info('leaves a stream', { streamId })
  }

  #remember(streamId: StreamId.StreamId): void {
    this.#unknown.delete(streamId)
    this.#unknown.set(streamId, performance.now())
    for (const oldest of this.#unknown.keys()) if (this.#unknown.size > maxUnknown) this.#unknown.delete(oldest)
  }

  /** Whether the source has a segment in the catalogue. In a paid stream, this is the sealed source. */
  #hasSegments(streamId: StreamId.StreamId): boolean {
    const { catalogue } = this.#options
    const record = catalogue.record(streamId)
    return record !== undefined && catalogue.last(sourceIdOf(record)) !== undefined
  }

  /** Waits until the first segment of the source is written, or the stream has ended; at most `patienceMs`. */
  async #untilServed(streamId: StreamId.StreamId): Promise<void> {
    const { catalogue } = this.#options
    const patience = AbortSignal.timeout(patienceMs)
    const isLate = new Promise<void>((resolve) => patience.addEventListener('abort', () => resolve()))
    const isServed = () => this.#carried.get(streamId)?.endedMs !== undefined || this.#hasSegments(streamId)
    while (!isServed() && !patience.aborted) await Promise.race([catalogue.next('published'), isLate])
  }
}

export class NoLiveStreamError extends ProtocolError {
  override readonly name = 'CarriedStreams.NoLiveStreamError'
  constructor({ streamId }: { streamId: StreamId.StreamId }) {
    super('There is no live job for this stream.', { details: [`Stream: ${streamId}`] })
  }
}

export class FullError extends ProtocolError {
  override readonly name = 'CarriedStreams.FullError'
  constructor({ maxStreams }: { maxStreams: number }) {
    super(
      'This relay already carries its largest number of streams. Raise this number with --max-streams, or name fewer streams with --stream.',
      {
        details: [`Streams: ${maxStreams}`],
      },
    )
  }
}

export class DiskFullError extends ProtocolError {
  override readonly name = 'CarriedStreams.DiskFullError'
  constructor() {
    super(
      'This relay cannot begin to carry a stream, because its disk is full or the limit of --max-disk is reached. Free space on the disk, or change --max-disk.',
    )
  }
}
