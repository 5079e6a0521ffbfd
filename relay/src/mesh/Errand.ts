import type { Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Download } from './Download'
import type { Neighbour } from './Neighbour'
import type { Want } from './schedule'

/** A payload and when it came, on the clock of `performance.now()`. */
export type Parcel = { data: Uint8Array<ArrayBuffer>; startMs: number; firstByteMs: number; endMs: number }

export type MeshRequest = {
  /** Its signature was checked. */
  segment: Segment.Segment
  /** As far as known. */
  byteLength: number
  /** When the player can go on without it no longer, on the clock of `performance.now()`. */
  deadlineMs: number
  /** Fetches it from elsewhere, checked. */
  fromGateway(signal: AbortSignal): Promise<Parcel>
  signal: AbortSignal
}

/** `parcel` of `gateway` is what `fromGateway` gave. */
export type Fetched = { from: 'gateway' | 'peer' | 'store'; parcel: Parcel }

/** One segment that is wanted, from the request to whoever gives it first. */
export class Errand implements Want {
  readonly request: MeshRequest
  readonly wantedAtMs: number
  readonly refusals = new Map<Hex, number>()
  readonly result: Promise<Fetched>
  gateway: Want['gateway'] = 'idle'
  readonly #over = new AbortController()
  readonly #resolve: (fetched: Fetched) => void
  readonly #reject: (reason: unknown) => void
  #asked: { from: Neighbour; download: Download } | undefined
  #failure: unknown

  constructor(request: MeshRequest, nowMs: number) {
    this.request = request
    this.wantedAtMs = nowMs
    let [resolve, reject]: [(fetched: Fetched) => void, (reason: unknown) => void] = [() => {}, () => {}]
    this.result = new Promise<Fetched>((...settlers) => {
      ;[resolve, reject] = settlers
    })
    this.#resolve = resolve
    this.#reject = reject
    const abort = () => this.#settle(() => reject(request.signal.reason))
    if (request.signal.aborted) abort()
    else request.signal.addEventListener('abort', abort, { once: true, signal: this.#over.signal })
  }

  get streamId(): Hex {
    return this.request.segment.streamId
  }

  get sequenceNumber(): bigint {
    return this.request.segment.sequenceNumber
  }

  get byteLength(): number {
    return this.request.byteLength
  }

  get deadlineMs(): number {
    return this.request.deadlineMs
  }

  get asked(): Want['asked'] {
    if (!this.#asked) return undefined
    const { from, download } = this.#asked
    return { peerId: from.peer.id, atMs: download.askedMs, answered: download.answeredMs !== undefined }
  }

  get isOver(): boolean {
    return this.#over.signal.aborted
  }

  ask(from: Neighbour): void {
    this.#asked = { from, download: from.ask(this.request.segment) }
  }

  isAbout(download: Download): boolean {
    return this.#asked?.download === download
  }

  isWith(neighbour: Neighbour): boolean {
    return this.#asked?.from === neighbour
  }

  /** Whoever is asked does not give it, and may be asked again at `retryAtMs`. */
  refused(retryAtMs = Number.POSITIVE_INFINITY): void {
    if (this.#asked) this.refusals.set(this.#asked.from.peer.id, retryAtMs)
    this.#asked = undefined
  }

  /** Whoever is asked says nothing. */
  drop(): void {
    const asked = this.#asked
    this.refused()
    asked?.from.giveUp(asked.download)
  }

  /** Fetches it from the gateway, unless somebody else is faster. Resolves to how long that took; never rejects. */
  async askGateway(nowMs: () => number): Promise<{ parcel: Parcel; tookMs: number } | undefined> {
    this.gateway = 'asked'
    const startMs = nowMs()
    try {
      return { parcel: await this.request.fromGateway(this.#over.signal), tookMs: nowMs() - startMs }
    } catch (error) {
      this.gateway = 'failed'
      this.#failure = error
      return undefined
    }
  }

  finish(fetched: Fetched): void {
    this.#settle(() => this.#resolve(fetched))
  }

  /** Nobody has it: rejects with what the gateway said. */
  giveUp(): void {
    this.#settle(() => this.#reject(this.#failure))
  }

  #settle(tell: () => void): void {
    if (this.isOver) return
    this.#over.abort()
    this.#asked?.from.cancel(this.#asked.download)
    this.#asked = undefined
    tell()
  }
}
