import { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import * as Relay from '../client/Relay'
import { StatusError } from '../client/read'
import { logOf } from '../log'
import type { Header } from '../mesh/pieces/Sharing'
import type { Level } from '../playlist/levels'
import type { StreamRecord } from '../records/StreamRecord'
import { acceptHeader, acceptList } from './acceptHeaders'
import * as Feed from './Feed'
import { LevelWindows } from './LevelWindows'
import { NewestFeed, type NewestFeedOptions } from './NewestFeed'
import { PartPolls } from './PartPolls'
import { pause } from './pause'
import { type Observations, type StreamState, streamStateOf } from './streamState'

const log = logOf('watch')

export type Parameters = Omit<NewestFeedOptions, 'newestNumber'> & {
  /** Until this Unix time, the follower waits for a stream that has no job yet. Default: it does not wait. */
  expectedUntilMs?: number | undefined
  /** Called after each change of the follower. */
  onChange(): void
  /** Called with each new header of a relay, and when a relay states the length of a segment whose header came from another viewer. */
  onHeader(header: Header): void
  /** Whether we ask a relay for the parts after this segment, and tell them to other viewers. Default: yes. */
  asksForParts?(streamId: Hex, sequenceNumber: bigint): boolean
  /** Whether the player needs only whole segments. Then we never ask a relay for parts. Default: no. */
  isPatient?(): boolean
  /** Called with the error of each refused answer and of each failed relay. */
  refuse(error: unknown): void
}

/** A relay holds a request until a new segment exists, but at most for this time. */
const longPollMs = 4_000
/** If no new segment or part comes for this time, the follower searches for another feed. */
const lateMs = 5_000
const maxBackOffMs = 3_000
/** Least time between two requests that return no new segment. */
const paceMs = 500
const maxPauseMs = 60_000
/** Least time between two questions to the chain for a stream that has not started. Many viewers can wait for it. */
const expectedEveryMs = 3_000
/** When we begin to follow a level, the other viewers send us all their headers of the level within this time. */
const welcomeMs = 250

/**
 * Follows one stream: finds its newest feed, and keeps one long poll open, for the selected level. Other levels are not read, because over
 * HTTP/1.1, a browser allows six connections to a host, and payloads need five. Only if the selected rendition has nothing new, the source
 * is read too.
 */
export class Follower {
  state: StreamState = 'connecting'
  /** The error of the state `failed`. */
  error: unknown
  readonly levels = new LevelWindows()
  readonly newest: NewestFeed
  readonly #parameters: Parameters
  readonly #partPolls: PartPolls
  readonly #closing = new AbortController()
  #heardAtMs = performance.now()
  #failures = 0
  #answered = false
  #heard = false
  #calledLive = true
  /** When another viewer last sent us a new header. */
  #toldAtMs = Number.NEGATIVE_INFINITY

  constructor(parameters: Parameters) {
    this.#parameters = parameters
    this.newest = new NewestFeed({ ...parameters, newestNumber: () => this.levels.newest })
    this.#partPolls = new PartPolls((...segment) => parameters.asksForParts?.(...segment) ?? true)
    this.#run().catch((error: unknown) => {
      if (!this.#closing.signal.aborted) this.#become('failed', error)
    })
  }

  /** Stops all requests. The follower does not change afterwards. */
  close(): void {
    this.#closing.abort()
  }

  /** Whether no relay answers at present. */
  get isAlone(): boolean {
    return this.#failures > 0
  }

  /** Whether the stream has ended, or the window of this level holds the last segment of the stream. */
  isOver(name: string): boolean {
    const { last } = this.levels.window(name)
    const { end } = this.newest
    return this.state === 'ended' || (end !== undefined && last !== undefined && last >= end.lastSequenceNumber)
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    await this.newest.listings.open()
    signal.throwIfAborted()
    const { expectedUntilMs = 0 } = this.#parameters
    while (!this.newest.listings.newest && Date.now() < expectedUntilMs) {
      if (this.state !== 'soon') this.#become('soon')
      await pause(expectedEveryMs, signal)
      await this.newest.listings.refresh()
      signal.throwIfAborted()
      // The wait for the first segment has not begun.
      this.#heardAtMs = performance.now()
    }
    if (!this.newest.listings.newest) return this.#become('not-found')
    // The candidates are known.
    this.#parameters.onChange()
    for (;;) {
      const selecting = this.levels.untilSelected
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
    if (this.newest.end && this.levels.isFresh && this.state === 'ended') return pause(maxPauseMs, signal)
    const { isConfirmed } = this.newest
    if (!isConfirmed || this.#failures > 0 || this.#quietMs > lateMs) await this.#search(signal)
    const { feed } = this.newest
    if (!feed) throw new NoFeedError()
    const [source, ...renditions] = feed.levels
    const rendition = renditions.find(({ name }) => name === this.levels.selected)
    // The page learns of a new feed only after this request, so the relay must answer immediately.
    const waitMs = this.levels.isFresh && isConfirmed ? longPollMs : 0
    const startMs = performance.now()
    // If the rendition has no new segment, the source shows whether the whole stream has stopped.
    const isNew =
      (rendition && (await this.#poll(feed, { level: rendition, waitMs, signal }))) ||
      (await this.#poll(feed, { level: source, waitMs: rendition ? 0 : waitMs, signal }))
    signal.throwIfAborted()
    this.levels.isFresh = true
    // A relay may answer immediately instead of waiting for a segment. This pause limits the number of our requests.
    const restMs = waitMs > 0 && !isNew ? paceMs - (performance.now() - startMs) : 0
    if (restMs > 0) await pause(restMs, signal)
  }

  /**
   * Asks the relay of the feed for the newest headers of a level. Resolves to whether we then know more than at our request: a segment, a
   * part, or the length of a segment. Throws `NoFeedError` if the relay does not have the stream, or if all new segments are wrong.
   */
  async #poll(
    feed: Feed.Feed,
    { level, waitMs, signal }: { level: Level; waitMs: number; signal: AbortSignal },
  ): Promise<boolean> {
    const window = this.levels.window(level.name)
    const { streamId } = level
    const newest = window.open?.parts.at(-1)
    // After a handover, the new transcoder's rendition has other parts.
    const part = newest?.streamId === streamId ? newest : undefined
    const after = window.lastMeasured(feed.relay.uri)
    const isPatient = this.#parameters.isPatient?.() ?? false
    const asksParts = !isPatient && this.#partPolls.asks(streamId, window)
    const ask = (signal: AbortSignal) =>
      Relay.segments(feed.relay, { streamId, after, ...(asksParts && { part: part ?? 'none' }), waitMs, signal })
    const isTold = !asksParts && !isPatient && waitMs > 0
    const list = isTold ? await this.#partPolls.whileTold(signal, ask) : await ask(signal)
    if (list === 'silent') return false
    // A rendition may appear later than its source.
    if (!list && level.name !== Feed.sourceName) return false
    if (!list) throw new NoFeedError()
    this.#calledLive = list.state === 'live'
    if (list.end) await this.newest.acceptEnd(list.end)
    const { domain, refuse, onHeader } = this.#parameters
    const { correct, isNews } = await acceptList(list, { feed, window, after, part, domain, refuse, onHeader })
    if (isNews) this.#heardAtMs = performance.now()
    if (correct === 0 && list.segments.length > 0) throw new NoFeedError()
    // Other viewers may have told us the same headers before the relay told us. Then our next request still differs from this request.
    return isNews || window.lastMeasured(feed.relay.uri) !== after || window.open?.parts.at(-1) !== newest
  }

  /** Takes a header from another viewer. Its signature has been checked. */
  learn(header: Header): void {
    const { feed } = this.newest
    const { streamId, sequenceNumber } = 'part' in header ? header.part : header.segment
    const level = feed?.levels.find((level) => level.streamId === streamId)
    if (!feed || !level) return
    const window = this.levels.window(level.name)
    if ('segment' in header && header.length > 0 && window.measure(header.segment, header.length))
      this.#parameters.onChange()
    if ((window.last ?? -1n) >= sequenceNumber) return
    try {
      if (!acceptHeader(header, { feed, window })) return
      this.#partPolls.told()
      this.#heardAtMs = performance.now()
      this.#toldAtMs = this.#heardAtMs
      // Before this header came, the relay may have said that the stream is not live. Now the stream is live.
      this.#calledLive = true
      if (this.isAlone && level.name === this.levels.selected && !this.levels.isFresh) this.#freshenSoon()
      this.#become(streamStateOf(this.#observations()))
    } catch (error) {
      this.#parameters.refuse(error)
    }
  }

  /**
   * While no relay answers, we can get headers only from other viewers. They send all their headers within `welcomeMs`. After this time,
   * the window of the selected level is up to date.
   */
  #freshenSoon(): void {
    pause(welcomeMs, AbortSignal.any([this.#closing.signal, this.levels.untilSelected])).then(
      () => {
        this.levels.isFresh = true
        this.#parameters.onChange()
      },
      () => undefined,
    )
  }

  /** Takes the record of the stream from another viewer. Throws the errors of `NewestFeed.learn`. */
  async learnRecord(record: StreamRecord): Promise<void> {
    await this.newest.learn(record)
    if (!this.#closing.signal.aborted) this.#become(streamStateOf(this.#observations()))
  }

  /** Throws `NoFeedError` when no relay has a feed. */
  async #search(signal: AbortSignal): Promise<void> {
    const { isFound, answered } = await this.newest.search(signal)
    this.#answered = answered
    if (!isFound) throw new NoFeedError()
  }

  #observations(): Observations {
    const newest = this.levels.window(this.levels.selected).entries.at(-1)?.publication
    this.#heard ||= newest !== undefined
    const end = this.newest.end?.lastSequenceNumber
    const isComplete = end !== undefined && (newest?.sequenceNumber ?? end) >= end
    // While other viewers send new headers, the viewer needs no relay.
    const isTold = performance.now() - this.#toldAtMs < lateMs
    return {
      failures: isTold ? 0 : this.#failures,
      answered: this.#answered,
      heard: this.#heard,
      quietMs: this.#quietMs,
      ageMs: newest ? Date.now() - Number(newest.startTimeMs) - newest.durationMs : 0,
      calledLive: this.#calledLive,
      signedEnd: isComplete || (end !== undefined && this.#quietMs > lateMs),
      jobEnded: this.newest.listings.newest?.job.over ?? false,
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
