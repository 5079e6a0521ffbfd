import { ProtocolError, TranscodingOptions } from '@lp/contracts/protocol'
import type { Hex } from 'viem'

export type PlacesOptions = {
  /** The largest number of streams that this relay transcodes at the same time. `undefined`: only the capacity limits the number. */
  maxStreams: number | undefined
  /** The pixels per second that this machine can transcode, as `TranscodingOptions.pixelsPerSecond` counts them. */
  pixelsPerSecond: number
  /** The pixels per second of the largest stream that this machine can transcode. Default: `pixelsPerSecond`. */
  streamPixelsPerSecond?: number
  /** Clock in milliseconds. */
  now?: () => number
}

type Place = { load: number; activeMs: number; isConnected: boolean; leave(reason: ProtocolError): void }

/** The part of the measured capacity that streams may use. The rest is for hashes, viewers, and the peaks of difficult pictures. */
const usablePart = 0.7
/**
 * A job without a correct segment for this time loses its place when another stream needs a place. If the connection to the broadcaster
 * is lost, the job loses its place as soon as its last correct segment is this old, even if no stream needs the place.
 */
const idleMs = 15_000

/** The places for streams that are transcoded at the same time. A job gets its place when its Assignment arrives, and not before. */
export class Places {
  readonly #options: Required<PlacesOptions>
  readonly #places = new Map<Hex, Place>()
  /** Why no stream gets a place now. */
  #closed: ProtocolError | undefined

  constructor(options: PlacesOptions) {
    const { pixelsPerSecond: streamPixelsPerSecond } = options
    this.#options = { now: () => performance.now(), streamPixelsPerSecond, ...options }
  }

  get size(): number {
    this.#forgetLost()
    return this.#places.size
  }

  /** From now on, `take` throws `reason` for each job without a place. `undefined`: jobs get places again. */
  close(reason: ProtocolError | undefined): void {
    this.#closed = reason
  }

  /** Whether one more stream, with the largest load among the present streams, would get no place. */
  get isFull(): boolean {
    const loads = [...this.#places.values()].map(({ load }) => load)
    return loads.length > 0 && !this.#fits(Math.max(...loads))
  }

  /** The pixels per second of the largest stream that would get a place now. */
  get room(): number {
    if (this.#closed) return 0
    this.#forgetLost()
    const idle = this.#oldestIdle()
    return this.#roomBeside([...this.#places].flatMap(([jobId, place]) => (jobId === idle ? [] : place)))
  }

  /** Throws the reason of `close` if there is one, unless the job has a place. */
  assertOpen(jobId: Hex): void {
    this.#forgetLost()
    if (this.#closed && !this.#places.has(jobId)) throw this.#closed
  }

  /**
   * Gives a job a place. A job that already has a place keeps it. `leave` is called if the job loses its place because another stream
   * needs it. Throws `BusyError`, or the reason of `close`.
   */
  take(
    jobId: Hex,
    { options, leave }: { options: TranscodingOptions.TranscodingOptions; leave: Place['leave'] },
  ): void {
    const load = TranscodingOptions.pixelsPerSecond(options)
    this.assertOpen(jobId)
    const known = this.#places.has(jobId)
    if (!known && !this.#fits(load)) this.#dismissIdle()
    if (!known && !this.#fits(load)) throw new BusyError({ streams: this.size })
    this.#places.set(jobId, { load, leave, isConnected: true, activeMs: this.#options.now() })
  }

  /** A correct segment of the job has arrived. */
  active(jobId: Hex): void {
    const place = this.#places.get(jobId)
    if (place) place.activeMs = this.#options.now()
  }

  /** The connection to the broadcaster is lost. The job keeps its place for a while, so that the broadcaster can come back. */
  disconnected(jobId: Hex): void {
    const place = this.#places.get(jobId)
    if (place) place.isConnected = false
  }

  release(jobId: Hex): void {
    this.#places.delete(jobId)
  }

  #fits(load: number): boolean {
    this.#forgetLost()
    return load <= this.#roomBeside([...this.#places.values()])
  }

  #roomBeside(places: readonly Place[]): number {
    const { maxStreams = Number.POSITIVE_INFINITY, pixelsPerSecond, streamPixelsPerSecond } = this.#options
    if (places.length >= maxStreams) return 0
    const used = places.reduce((sum, place) => sum + place.load, 0)
    // A single stream may use the whole capacity: no other stream suffers if the measurement is a little wrong.
    const usable = places.length === 0 ? pixelsPerSecond : usablePart * pixelsPerSecond
    return Math.max(0, Math.min(streamPixelsPerSecond, usable - used))
  }

  #forgetLost() {
    for (const [jobId, { isConnected, activeMs }] of this.#places)
      if (!isConnected && this.#options.now() - activeMs >= idleMs) this.#places.delete(jobId)
  }

  /** The job whose last correct segment is the oldest loses its place, if this segment came at least `idleMs` ago. */
  #dismissIdle() {
    const jobId = this.#oldestIdle()
    if (!jobId) return
    const place = this.#places.get(jobId)
    this.release(jobId)
    place?.leave(new IdleError())
  }

  #oldestIdle(): Hex | undefined {
    const [oldest] = [...this.#places].sort(([, one], [, other]) => one.activeMs - other.activeMs)
    return oldest && this.#options.now() - oldest[1].activeMs >= idleMs ? oldest[0] : undefined
  }
}

export class BusyError extends ProtocolError {
  override readonly name = 'Places.BusyError'
  constructor({ streams }: { streams: number }) {
    super('The transcoder has no capacity for one more stream now.', { details: [`Streams: ${streams}`] })
  }
}

export class IdleError extends ProtocolError {
  override readonly name = 'Places.IdleError'
  constructor() {
    super('The stream sent no segment for a while, and another stream needed its place.')
  }
}

/** A broadcaster's new connection replaces the old connection, because a browser that lost its network cannot close the old one. */
export class ReplacedError extends ProtocolError {
  override readonly name = 'Places.ReplacedError'
  constructor() {
    super('The broadcaster has connected again.')
  }
}
