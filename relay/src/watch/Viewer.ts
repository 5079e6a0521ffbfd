import { ProtocolError, Segment } from '@lp/contracts/protocol'
import type { Body } from '../client/read'
import type { Transport } from '../mesh/Transport'
import type { Level } from '../playlist/levels'
import * as Follower from './Follower'
import type { State } from './judge'
import { MissingError, type PayloadRequest, Payloads } from './Payloads'
import type { Entry } from './SegmentWindow'

/** What a page shows of a stream. A new object after every change. */
export type Snapshot = {
  state: State
  /** Why the state is `failed`. */
  error: unknown
  /** The source, then its renditions from high to low; empty until the first feed. */
  levels: readonly Level[]
  /** Of payloads that matched their headers. */
  bytesFromRelays: number
  bytesFromPeers: number
  peers: number
  /** What was received and not believed, by the name of the error: `{ 'Segment.WrongPayloadError': 1 }`. */
  refused: Readonly<Record<string, number>>
}

export type Parameters = Omit<Follower.Parameters, 'fetch' | 'onChange' | 'refuse'> & {
  fetch?: typeof fetch
  /** Throws what `Segment.verifyPayload` throws; a page gives one that hashes in a worker. */
  verifyPayload?: typeof Segment.verifyPayload
}

/** The newest segments of one level. */
export type News = {
  /** Oldest first; numbers may be missing. */
  entries: readonly Entry[]
  /** Sequence numbers at which another transcoder or job took over. */
  handovers: readonly bigint[]
  /** Nothing will follow. */
  isOver: boolean
}

/**
 * Watches one stream: finds it through the chain, follows its signed headers, and hands out only payloads that match
 * them. Knows no player; a player asks for `news` of a level and for `payload`s.
 */
export class Viewer {
  readonly #follower: Follower.Follower
  readonly #payloads: Payloads
  readonly #stream: Pick<Parameters, 'streamId' | 'domain'>
  readonly #verifyPayload: typeof Segment.verifyPayload
  readonly #listeners = new Set<() => void>()
  readonly #closing = new AbortController()
  readonly #refused: Record<string, number> = {}
  #joining: symbol | undefined
  #snapshot: Snapshot

  constructor({
    fetch = globalThis.fetch.bind(globalThis),
    verifyPayload = Segment.verifyPayload,
    ...stream
  }: Parameters) {
    this.#stream = stream
    this.#verifyPayload = verifyPayload
    const refuse = (error: unknown) => this.#refuse(error)
    const onChange = () => this.#change()
    const follower = new Follower.Follower({ ...stream, fetch, onChange, refuse })
    this.#follower = follower
    this.#payloads = new Payloads({
      ...{ fetch, verifyPayload, onChange, refuse },
      feed: () => follower.feed,
      candidates: () => follower.candidates,
    })
    this.#snapshot = this.#look()
  }

  /** Stops all traffic; whoever still waits for news or a payload is refused. */
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
   * News of a level: waits for a segment newer than `after`, or for the end. Turns to the level: its news come first from now on. Throws `NoSuchLevelError`, `BehindError` when the
   * source went on without this level.
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
    follower.use(level)
    for (;;) {
      if (!this.#snapshot.levels.some(({ name }) => name === level)) throw new NoSuchLevelError({ level })
      const { entries, last } = follower.window(level)
      const isOver = follower.isOver(level)
      const isNewer = last !== undefined && (after === undefined ? follower.isFresh(level) : last > after)
      if (isOver || isNewer) return { entries, handovers: follower.handovers, isOver }
      if (follower.isFresh(level) && follower.isBehind(level)) throw new BehindError({ level })
      await this.#changed(signal)
    }
  }

  /** What is known of a level, oldest first. */
  entries(level: string): readonly Entry[] {
    return this.#follower.window(level).entries
  }

  /**
   * A payload that matches its signed header: from other viewers when there is time, or from a relay. Throws
   * `MissingError`, or what the last relay did wrong: `Segment.WrongPayloadError`, `Segment.PayloadTooLargeError`,
   * `Relay.…Error`.
   */
  async payload({
    level,
    sequenceNumber,
    ...request
  }: PayloadRequest & { level: string; sequenceNumber: bigint }): Promise<Body> {
    const entry = this.#follower.window(level).find(sequenceNumber)
    if (!entry) throw new MissingError({ stream: level, sequenceNumber })
    const signal = AbortSignal.any([request.signal, this.#closing.signal])
    return this.#payloads.get(entry, { ...request, signal })
  }

  /**
   * Meets the other viewers of this stream: from now on segments come from them too, and ours go to them. Needs WebRTC,
   * which it loads; `transport` where there is none by itself. Rejects when that cannot be loaded.
   */
  async join(transport?: Transport): Promise<void> {
    const joining = Symbol('joining')
    this.#joining = joining
    const { joinViewers } = await import('./joinViewers')
    // Left, closed, or joined anew meanwhile.
    if (this.#joining !== joining || this.#closing.signal.aborted) return
    const { candidates } = this.#follower
    const mesh = joinViewers({
      ...this.#stream,
      ...{ candidates, transport, verifyPayload: this.#verifyPayload },
      onChange: () => this.#change(),
      refuse: (error) => this.#refuse(error),
    })
    this.#payloads.share(mesh)
  }

  /** Takes leave of the other viewers. Segments come from relays. */
  leave(): void {
    this.#joining = undefined
    this.#payloads.leave()
  }

  #changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const any = AbortSignal.any([signal, this.#closing.signal])
      if (any.aborted) return reject(any.reason)
      const stop = this.subscribe(() => {
        stop()
        any.removeEventListener('abort', abort)
        resolve()
      })
      const abort = () => {
        stop()
        reject(any.reason)
      }
      any.addEventListener('abort', abort, { once: true })
    })
  }

  #refuse(error: unknown): void {
    const name = error instanceof Error ? error.name : 'Error'
    this.#refused[name] = (this.#refused[name] ?? 0) + 1
  }

  #change(): void {
    this.#snapshot = this.#look()
    for (const listener of [...this.#listeners]) listener()
  }

  #look(): Snapshot {
    const { state, error, feed } = this.#follower
    return {
      state,
      error,
      levels: feed?.levels ?? [],
      ...this.#payloads.stats,
      refused: { ...this.#refused },
    }
  }
}

export class NoSuchLevelError extends ProtocolError {
  override readonly name = 'Viewer.NoSuchLevelError'
  constructor({ level }: { level: string }) {
    super('The stream is not served in this quality.', { details: [`Level: ${level}`] })
  }
}

export class BehindError extends ProtocolError {
  override readonly name = 'Viewer.BehindError'
  constructor({ level }: { level: string }) {
    super('The stream goes on, but not in this quality.', { details: [`Level: ${level}`] })
  }
}

export class ClosedError extends ProtocolError {
  override readonly name = 'Viewer.ClosedError'
  constructor() {
    super('The viewer was closed.')
  }
}
