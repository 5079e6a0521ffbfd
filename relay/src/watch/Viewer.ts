import { Segment } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import type { Servers } from '../chain/Servers'
import { reportToAudience } from '../client/audience'
import type { Body } from '../client/read'
import type { MeshPayments } from '../mesh/joinStream'
import type { Header } from '../mesh/pieces/Sharing'
import type { Transport } from '../mesh/Transport'
import type { AudienceReport, AudienceSummary } from '../records/AudienceSummary'
import type { Sale } from '../records/Sale'
import * as Follower from './Follower'
import type { Hints } from './Hints'
import type { SharingOptions } from './joinViewers'
import { Membership } from './Membership'
import { Past } from './Past'
import { type PayloadRequest, Payloads } from './Payloads'
import type { Reading } from './Reading'
import type { Entry } from './SegmentWindow'
import type { Snapshot } from './Snapshot'
import { type KeySource, Unsealer } from './Unsealer'
import { BehindError, ClosedError, MissingError, NoSuchLevelError } from './viewerErrors'

export type Parameters = Omit<
  Follower.Parameters,
  'fetch' | 'onChange' | 'onHeader' | 'asksForParts' | 'isPatient' | 'refuse'
> & {
  fetch?: typeof fetch
  /** Throws the errors of `Segment.verifyPayload`. A page passes a function that hashes in a worker. */
  verifyPayload?: typeof Segment.verifyPayload
  /** Trackers, STUN and TURN servers, in addition to the servers of the relays. Default: none. */
  servers?: Servers | undefined
  /** Default: none. */
  hints?: Hints | undefined
  /** The keys of a paid stream. Without `keys`, this viewer gets only ciphertext, and `payload` rejects with `LockedError`. */
  keys?(sale: Sale): KeySource | undefined
} & Pick<SharingOptions, 'isRelay'>

/** The newest segments of one level. */
export type News = {
  /** Oldest first. Sequence numbers may be missing. */
  entries: readonly Entry[]
  /** The segment after these segments, while only parts of it exist. `Viewer.read` reads it. */
  open: { sequenceNumber: bigint; startTimeMs: bigint } | undefined
  /** Whether the parts of a segment come before the whole segment. `undefined`: not known yet. */
  hasParts: boolean | undefined
  /** Sequence numbers at which the playlists begin a new timeline. See `NewestFeed.handovers`. */
  handovers: readonly bigint[]
  /** Whether the stream has ended, or the last entry is the last segment of the stream. */
  isOver: boolean
}

/**
 * Watches one stream: finds it through the chain, follows its signed headers, and returns only payloads that match their headers.
 * A player calls `news` for a level and `payload` for a segment.
 */
export class Viewer {
  /** The segments that a person can seek back to. */
  readonly past: Past
  readonly #follower: Follower.Follower
  readonly #payloads: Payloads
  readonly #streamId: Parameters['streamId']
  readonly #membership: Membership
  readonly #unsealer: Unsealer
  readonly #listeners = new Set<() => void>()
  readonly #closing = new AbortController()
  readonly #refused: Record<string, number> = {}
  #isPatient = false
  #snapshot: Snapshot

  constructor({
    fetch = globalThis.fetch.bind(globalThis),
    verifyPayload = Segment.verifyPayload,
    keys,
    ...stream
  }: Parameters) {
    this.#streamId = stream.streamId
    const refuse = (error: unknown) => this.#refuse(error)
    const onChange = () => this.#change()
    const onHeader = (header: Header) => this.#payloads.pieces.know(header)
    const asksForParts: Follower.Parameters['asksForParts'] = (streamId, sequenceNumber) =>
      this.#payloads.pieces.sharingOf(streamId)?.asksForParts(streamId, sequenceNumber) ?? true
    const isPatient = () => this.#isPatient
    const follower = new Follower.Follower({ ...stream, fetch, onChange, onHeader, asksForParts, isPatient, refuse })
    this.#follower = follower
    this.#payloads = new Payloads({
      ...{ fetch, verifyPayload, onChange, refuse, isPatient },
      feed: () => follower.newest.feed,
      candidates: () => follower.newest.listings.candidates,
    })
    this.#membership = new Membership({
      ...{ streamId: stream.streamId, domain: stream.domain, servers: stream.servers, hints: stream.hints },
      ...{ verifyPayload, onChange, refuse, follower, payloads: this.#payloads, closing: this.#closing.signal },
      ...(stream.isRelay && { isRelay: stream.isRelay }),
      changed: (signal) => this.#changed(signal),
    })
    this.#unsealer = new Unsealer(keys)
    this.past = new Past({
      ...{ streamId: stream.streamId, domain: stream.domain, feed: () => follower.newest.feed, refuse },
      payload: (entry, request) =>
        this.#open(entry, request, (signal) => this.#payloads.fromRelays(entry, { ...request, signal })),
    })
    this.#snapshot = this.#look()
  }

  /** Stops all traffic. Pending calls of `news` and `payload`, and readings, reject with `ClosedError`. */
  close(): void {
    this.#follower.close()
    this.leave()
    this.#closing.abort(new ClosedError())
    this.#listeners.clear()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): Snapshot => this.#snapshot

  /**
   * Selects a level. Waits for a complete or open segment with a number above `after`, or for the end of the stream. Without `after`, waits
   * for the newest segments. Throws `NoSuchLevelError`, or `BehindError` when the source is more than two segments ahead of this level.
   */
  async news({
    level,
    after,
    signal,
  }: {
    level: string
    after?: bigint | undefined
    signal: AbortSignal
  }): Promise<News> {
    const follower = this.#follower
    const { levels, newest } = follower
    levels.select(level)
    for (;;) {
      const known = this.#snapshot.levels.find(({ name }) => name === level)
      if (!known) throw new NoSuchLevelError({ level })
      // Other viewers send us only the headers of levels that we follow.
      if (follower.isAlone) this.#payloads.pieces.follow(known.streamId)
      const window = levels.window(level)
      const { entries, last } = window
      const hasParts = this.#isPatient ? false : window.hasParts
      const open = this.#isPatient ? undefined : window.open?.parts[0]
      const isOver = follower.isOver(level)
      const number = open?.sequenceNumber ?? last
      const isNewer = number !== undefined && (after === undefined ? levels.isReady(level) : number > after)
      if (isOver || isNewer) return { entries, open, hasParts, handovers: newest.handovers, isOver }
      if (levels.isReady(level) && levels.isBehind(level)) throw new BehindError({ level })
      await this.#changed(signal)
    }
  }

  /**
   * A patient player gets only whole segments, as if the stream had no parts: `news` names no open segment, and no relay is asked for parts. A
   * player that stays some seconds behind live needs no parts, and without them it needs less CPU time and fewer requests.
   */
  bePatient(isPatient: boolean): void {
    if (this.#isPatient === isPatient) return
    this.#isPatient = isPatient
    this.#change()
  }

  /** The known segments of a level, oldest first. */
  entries(level: string): readonly Entry[] {
    return this.#follower.levels.window(level).entries
  }

  /**
   * Gets a payload that matches its signed header: from other viewers if there is time, or from a relay. Throws
   * `MissingError`, or the error of the last relay: `Segment.WrongPayloadError`, `Segment.PayloadTooLargeError`,
   * `Relay.…Error`. Decrypts the segment of a paid stream. If this fails, throws an error of `Opener.open`.
   */
  async payload({
    level,
    sequenceNumber,
    ...request
  }: PayloadRequest & { level: string; sequenceNumber: bigint }): Promise<Body> {
    const entry = this.#follower.levels.window(level).find(sequenceNumber)
    if (!entry) throw new MissingError({ stream: level, sequenceNumber })
    return this.#open(entry, request, (signal) => this.#payloads.get(entry, { ...request, signal }))
  }

  /** Decrypts the payload of a paid stream. */
  async #open(
    { feed, publication }: Entry,
    request: { signal: AbortSignal },
    get: (signal: AbortSignal) => Promise<Body>,
  ): Promise<Body> {
    const body = await get(AbortSignal.any([request.signal, this.#closing.signal]))
    const opener = this.#unsealer.of(feed, publication)
    return opener ? { ...body, data: await opener.open(body.data) } : body
  }

  /**
   * Reads the open segment of a level while the segment grows. `undefined`: this segment is not open. The reading ends early if a later
   * segment begins, or the stream ends, before this segment is complete.
   */
  read({
    level,
    sequenceNumber,
    signal,
    spareMs,
  }: {
    level: string
    sequenceNumber: bigint
    signal: AbortSignal
    /** Time until playback stops if the first byte is missing. */
    spareMs: number
  }): Reading | undefined {
    const window = this.#follower.levels.window(level)
    const { open } = window
    const [first] = open?.parts ?? []
    if (!open || first?.sequenceNumber !== sequenceNumber) return undefined
    const { streamId, startTimeMs } = first
    let { parts } = open
    return this.#payloads.read(open, {
      place: { streamId, sequenceNumber, startTimeMs },
      ...{ spareMs, signal: AbortSignal.any([signal, this.#closing.signal]) },
      unseal: this.#unsealer.of(open.feed, first)?.openChunks,
      look: () => {
        const known = window.look({ streamId, sequenceNumber }, parts)
        parts = known.parts
        return { ...known, isOvertaken: known.isOvertaken || this.#follower.isOver(level) }
      },
      changed: (signal) => this.#changed(signal),
    })
  }

  /**
   * Connects to other viewers of this stream and exchanges segments with them. First loads the code for WebRTC, and rejects if
   * this fails. Waits until the chain has named the transcoders of the stream, but not for the stream: so a new viewer meets other viewers
   * before it plays. If the stream later has only other transcoders, joins again at their trackers, because new viewers come there. In Node,
   * pass a function that makes a `transport`. Without `payments`, we pay nothing.
   */
  join(transport?: () => Transport, payments?: MeshPayments): Promise<void> {
    return this.#membership.join(transport, payments)
  }

  /** The limit on this viewer's uploads, in bit/s. `Infinity`: no limit. 0: no uploads. Also applies after the next `join`. */
  limitUploads(bitsPerSecond: number): void {
    this.#payloads.limitUploads(bitsPerSecond)
  }

  /** Asks a key server of a paid stream. See `askKeyServer` in `askKeyServer.ts`. */
  askKeyServer(server: Address, question: { content: Uint8Array; signal: AbortSignal }): Promise<Uint8Array> {
    return this.#payloads.askKeyServer(server, question)
  }

  /**
   * Tells the relay of the stream how our player does. Resolves to what all its viewers have told it. `undefined`: no relay is known, or it
   * is older. Throws the errors of `read`.
   */
  async report(report: AudienceReport, signal: AbortSignal): Promise<AudienceSummary | undefined> {
    const relay = this.#follower.newest.feed?.relay
    const streamId = this.#streamId
    const any = AbortSignal.any([signal, this.#closing.signal])
    return relay && reportToAudience(relay, { streamId, report, signal: any })
  }

  /** Disconnects from other viewers. From now on, segments come only from relays. */
  leave(): void {
    this.#membership.leave()
  }

  #changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const any = AbortSignal.any([signal, this.#closing.signal])
      if (any.aborted) return reject(any.reason)
      const end = (settle: () => void) => {
        stop()
        any.removeEventListener('abort', abort)
        settle()
      }
      const abort = () => end(() => reject(any.reason))
      const stop = this.subscribe(() => end(resolve))
      any.addEventListener('abort', abort)
    })
  }

  #refuse(error: unknown): void {
    const name = error instanceof Error ? error.name : 'Error'
    this.#refused[name] = (this.#refused[name] ?? 0) + 1
  }

  #change(): void {
    this.#membership.update()
    this.#snapshot = this.#look()
    const { state, isAlone, levels } = this.#snapshot
    // A player asks for a level only when the stream is live. Without a relay, only headers show that the stream is live, and other viewers
    // send us headers only if we follow a level. So we follow a level before the player asks for it.
    const selected = levels.find(({ name }) => name === this.#follower.levels.selected)
    if (isAlone && state !== 'live' && selected) this.#payloads.pieces.follow(selected.streamId)
    for (const listener of [...this.#listeners]) listener()
  }

  #look(): Snapshot {
    const { state, error, newest } = this.#follower
    const levels = newest.feed?.levels ?? []
    const { isAlone } = this.#follower
    return {
      state,
      error,
      levels,
      sale: newest.feed?.sale,
      cover: newest.feed?.cover,
      isAlone,
      ...this.#payloads.stats,
      refused: { ...this.#refused },
    }
  }
}
