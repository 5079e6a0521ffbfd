import { ProtocolError, StreamEnd, type StreamId, type typedData } from '@lp/contracts/protocol'
import * as Relay from '../client/Relay'
import { StatusError } from '../client/read'
import { logOf } from '../log'
import type { Header } from '../mesh/pieces/Sharing'
import type { Level } from '../playlist/levels'
import { acceptHeader, acceptList } from './acceptHeaders'
import type { Candidate, Directory, Listing } from './Directory'
import * as Feed from './Feed'
import { findFeed } from './findFeed'
import { pause } from './pause'
import { SegmentWindow } from './SegmentWindow'
import { type Observations, type StreamState, streamStateOf } from './streamState'

const log = logOf('watch')

export type Parameters = {
  streamId: StreamId.StreamId
  directory: Directory
  domain: typedData.Domain
  fetch: typeof fetch
  /** Called after each change of the follower. */
  onChange(): void
  /** Called with the error of each refused answer and of each failed relay. */
  refuse(error: unknown): void
}

/** The time for which a relay may hold a request until a new segment exists. */
const longPollMs = 4_000
/** If the selected level has no new segment for this time, the follower searches for another feed. */
const lateMs = 5_000
/** Least time between two reads of the chain. A replaced block can change the candidates. */
const lookUpEveryMs = lateMs
const maxBackOffMs = 3_000
/** Least time between two requests that return no new segment. */
const paceMs = 500
const maxPauseMs = 60_000

/**
 * Follows one stream: finds its newest feed, and keeps one long poll open, for the selected level. Other levels are read only when
 * they are selected: over HTTP/1.1 a browser allows six connections to a host, and payloads need five.
 */
export class Follower {
  state: StreamState = 'connecting'
  /** The error of the state `failed`. */
  error: unknown
  feed: Feed.Feed | undefined
  /** Sequence numbers at which a new feed began. The timeline of the new feed may differ from the timeline before it. */
  handovers: readonly bigint[] = []
  readonly #parameters: Parameters
  readonly #windows = new Map<string, SegmentWindow>()
  readonly #closing = new AbortController()
  #listing: Listing | undefined
  #lookedUpAtMs = performance.now()
  #heardAtMs = performance.now()
  #failures = 0
  #answered = false
  #calledLive = true
  #end: StreamEnd.StreamEnd | undefined
  #selected = Feed.sourceName
  #isFresh = false
  #selecting = new AbortController()

  constructor(parameters: Parameters) {
    this.#parameters = parameters
    this.#run().catch((error: unknown) => {
      if (!this.#closing.signal.aborted) this.#become('failed', error)
    })
  }

  /** Stops all requests. The follower does not change afterwards. */
  close(): void {
    this.#closing.abort()
  }

  get candidates(): readonly Candidate[] {
    return this.#listing?.candidates ?? []
  }

  window(name: string): SegmentWindow {
    const window = this.#windows.get(name) ?? new SegmentWindow()
    this.#windows.set(name, window)
    return window
  }

  /** Selects a level: from now on the long poll requests this level. */
  select(name: string): void {
    if (name === this.#selected) return
    this.#selected = name
    this.#isFresh = false
    this.#selecting.abort()
    this.#selecting = new AbortController()
  }

  /** Whether the window of this level is up to date. */
  isFresh(name: string): boolean {
    return this.#isFresh && this.#selected === name && this.window(name).last !== undefined
  }

  /** Whether the window of this level holds the last segment of the stream. */
  isOver(name: string): boolean {
    const { last } = this.window(name)
    return (
      this.state === 'ended' || (this.#end !== undefined && last !== undefined && last >= this.#end.lastSequenceNumber)
    )
  }

  /** Whether the source is more than two segments ahead of this level. */
  isBehind(name: string): boolean {
    const source = this.window(Feed.sourceName).last ?? 0n
    return source > (this.window(name).last ?? 0n) + 2n
  }

  async #run(): Promise<void> {
    const { directory, streamId } = this.#parameters
    this.#listing = await directory.find(streamId)
    this.#closing.signal.throwIfAborted()
    if (!this.#listing) return this.#become('not-found')
    for (;;) {
      const selecting = this.#selecting.signal
      try {
        await this.#step(AbortSignal.any([this.#closing.signal, selecting]))
        this.#failures = 0
        this.#answered = true
      } catch (error) {
        this.#closing.signal.throwIfAborted()
        if (selecting.aborted) continue
        // The relay works, but it has too many requests: it is not offline.
        if (error instanceof StatusError && error.status === 429) {
          this.#parameters.refuse(error)
          await pause(maxBackOffMs, this.#closing.signal)
          continue
        }
        this.#failures++
        log.debug('no relay gave a usable answer', () => ({
          failures: this.#failures,
          error: (error as Error).message,
        }))
        if (!(error instanceof NoFeedError)) this.#parameters.refuse(error)
      }
      this.#become(streamStateOf(this.#observations()))
      const backOffMs = Math.min((paceMs / 2) * 2 ** this.#failures, this.#answered ? 2 * paceMs : maxBackOffMs)
      if (this.#failures > 0) await pause(backOffMs, this.#closing.signal)
    }
  }

  async #step(signal: AbortSignal): Promise<void> {
    // The stream has ended. Only `select` can make a new request necessary, and `select` aborts the signal.
    if (this.#end && this.#isFresh && this.state === 'ended') return pause(maxPauseMs, signal)
    if (!this.feed || this.#failures > 0 || this.#quietMs > lateMs) await this.#search(signal)
    const { feed } = this
    if (!feed) throw new NoFeedError()
    const [source, ...renditions] = feed.levels
    const rendition = renditions.find(({ name }) => name === this.#selected)
    const waitMs = this.#isFresh ? longPollMs : 0
    const startMs = performance.now()
    // If the rendition has no new segment, the source shows whether the whole stream has stopped.
    const isNew =
      (rendition && (await this.#poll(feed, { level: rendition, waitMs, signal }))) ||
      (await this.#poll(feed, { level: source, waitMs: rendition ? 0 : waitMs, signal }))
    signal.throwIfAborted()
    this.#isFresh = true
    // A relay may answer immediately instead of waiting for a segment. This pause limits the number of our requests.
    const restMs = waitMs > 0 && !isNew ? paceMs - (performance.now() - startMs) : 0
    if (restMs > 0) await pause(restMs, signal)
  }

  /** Whether the level has new segments or parts. Throws `NoFeedError` if the relay lacks the stream or all new segments are wrong. */
  async #poll(
    feed: Feed.Feed,
    { level, waitMs, signal }: { level: Level; waitMs: number; signal: AbortSignal },
  ): Promise<boolean> {
    const window = this.window(level.name)
    const { streamId } = level
    const newest = window.open?.parts.at(-1)
    // After a handover, the new transcoder's rendition has other parts.
    const part = newest?.streamId === streamId ? newest : ('none' as const)
    const after = window.last
    const list = await Relay.segments(feed.relay, { streamId, after, part, waitMs, signal })
    // A rendition may appear later than its source.
    if (!list && level.name !== Feed.sourceName) return false
    if (!list) throw new NoFeedError()
    this.#calledLive = list.state === 'live'
    if (list.end) await this.#acceptEnd(list.end)
    const { domain, refuse } = this.#parameters
    const accepted = await acceptList(list, { feed, window, after, domain, refuse })
    if (accepted > 0) this.#heardAtMs = performance.now()
    if (accepted === 0 && list.segments.length > 0) throw new NoFeedError()
    return accepted > 0
  }

  /** Takes a header from another viewer. Its signature has been checked. */
  learn(header: Header): void {
    const { feed } = this
    const { streamId, sequenceNumber } = 'part' in header ? header.part : header.segment
    const level = feed?.levels.find((level) => level.streamId === streamId)
    if (!feed || !level) return
    const window = this.window(level.name)
    if ((window.last ?? -1n) >= sequenceNumber) return
    try {
      if (!acceptHeader(header, { feed, window })) return
      this.#heardAtMs = performance.now()
      this.#become(this.state)
    } catch (error) {
      this.#parameters.refuse(error)
    }
  }

  async #acceptEnd(end: StreamEnd.StreamEnd): Promise<void> {
    if (this.#end || end.streamId !== this.#parameters.streamId) return
    try {
      await StreamEnd.verify(end, this.#parameters.domain)
      this.#end = end
    } catch (error) {
      this.#parameters.refuse(error)
    }
  }

  /** Searches for the newest feed. Throws `NoFeedError` when no relay has a feed. */
  async #search(signal: AbortSignal): Promise<void> {
    const listing = await this.#lookUpAgain()
    const { domain, fetch, refuse } = this.#parameters
    const { feed, answered } = await findFeed({ listing, domain, fetch, signal, refuse })
    this.#answered = answered || listing.candidates.length === 0
    // A relay with an earlier Assignment of the same job must not replace the present feed.
    const isRegress = feed && this.feed?.jobId === feed.jobId && feed.fromSequence < this.feed.fromSequence
    if (!feed || isRegress) throw new NoFeedError()
    if (this.feed && !Feed.isSame(feed, this.feed)) this.handovers = [...this.handovers, feed.fromSequence]
    this.feed = feed
    log.debug('feed found', () => ({ jobId: feed.jobId, fromSequence: feed.fromSequence }))
  }

  /** Reads the chain again if enough time has passed. If the chain does not answer, the last listing stays valid. */
  async #lookUpAgain(): Promise<Listing> {
    const listing = this.#listing as Listing
    const sinceMs = performance.now() - this.#lookedUpAtMs
    if (sinceMs < (listing.candidates.length > 0 ? lookUpEveryMs : paceMs)) return listing
    this.#lookedUpAtMs = performance.now()
    const { directory, streamId, refuse } = this.#parameters
    const found = await directory.find(streamId).catch(refuse)
    if (found) this.#listing = found
    return this.#listing as Listing
  }

  #observations(): Observations {
    const newest = this.window(this.#selected).entries.at(-1)?.publication
    const end = this.#end?.lastSequenceNumber
    const isComplete = end !== undefined && (newest?.sequenceNumber ?? end) >= end
    return {
      failures: this.#failures,
      answered: this.#answered,
      heard: newest !== undefined || this.state === 'live',
      quietMs: this.#quietMs,
      ageMs: newest ? Date.now() - Number(newest.startTimeMs) - newest.durationMs : 0,
      calledLive: this.#calledLive,
      signedEnd: isComplete || (end !== undefined && this.#quietMs > lateMs),
      jobEnded: this.#listing?.job.over ?? false,
    }
  }

  get #quietMs(): number {
    return performance.now() - this.#heardAtMs
  }

  #become(state: StreamState, error?: unknown): void {
    this.state = state
    this.error = error
    this.#parameters.onChange()
  }
}

/** No relay serves the stream now. `streamStateOf` decides which state follows. */
class NoFeedError extends ProtocolError {
  override readonly name = 'Follower.NoFeedError'
  constructor() {
    super('No relay serves this stream.')
  }
}
