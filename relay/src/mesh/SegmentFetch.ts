import type { Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Download } from './Download'
import type { Neighbour } from './Neighbour'
import type { Want } from './schedule'

/** A payload and the times of its transfer, on the clock of `performance.now()`. */
export type TimedPayload = { data: Uint8Array<ArrayBuffer>; startMs: number; firstByteMs: number; endMs: number }

export type MeshRequest = {
  /** The caller has checked its signature. */
  segment: Segment.Segment
  /** As the relay announced it: not checked. */
  byteLength: number
  /** When playback stops without this segment, on the clock of `performance.now()`. */
  deadlineMs: number
  /** Fetches the payload without the mesh, and checks it. */
  fromGateway(signal: AbortSignal): Promise<TimedPayload>
  signal: AbortSignal
}

/** With `gateway`, `payload` is the result of `fromGateway`. */
export type Fetched = { from: 'gateway' | 'peer' | 'store'; payload: TimedPayload }

/** One wanted segment, from the request until the first source has given it. */
export class SegmentFetch implements Want {
  readonly request: MeshRequest
  readonly wantedAtMs: number
  readonly rejections = new Map<Hex, number>()
  readonly result: Promise<Fetched>
  gateway: Want['gateway'] = 'idle'
  readonly #over = new AbortController()
  readonly #resolve: (fetched: Fetched) => void
  readonly #reject: (reason: unknown) => void
  #asked: { from: Neighbour; download: Download } | undefined
  #gatewayError: unknown

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

  isWaitingFor(download: Download): boolean {
    return this.#asked?.download === download
  }

  isAsking(neighbour: Neighbour): boolean {
    return this.#asked?.from === neighbour
  }

  /** The asked peer does not give the segment. It may be asked again at `retryAtMs`. */
  rejected(retryAtMs = Number.POSITIVE_INFINITY): void {
    if (this.#asked) this.rejections.set(this.#asked.from.peer.id, retryAtMs)
    this.#asked = undefined
  }

  /** The asked peer did not answer in time. */
  dropSilentPeer(): void {
    const asked = this.#asked
    this.rejected()
    asked?.from.timeOut(asked.download)
  }

  /** Asks the gateway until a peer is faster. Resolves to the payload and the duration, or to `undefined`. Never rejects. */
  async askGateway(nowMs: () => number): Promise<{ payload: TimedPayload; tookMs: number } | undefined> {
    this.gateway = 'asked'
    const startMs = nowMs()
    try {
      return { payload: await this.request.fromGateway(this.#over.signal), tookMs: nowMs() - startMs }
    } catch (error) {
      this.gateway = 'failed'
      this.#gatewayError = error
      return undefined
    }
  }

  finish(fetched: Fetched): void {
    this.#settle(() => this.#resolve(fetched))
  }

  /** No source has the segment: rejects with the error of the gateway. */
  giveUp(): void {
    this.#settle(() => this.#reject(this.#gatewayError))
  }

  #settle(resolveOrReject: () => void): void {
    if (this.isOver) return
    this.#over.abort()
    this.#asked?.from.cancel(this.#asked.download)
    this.#asked = undefined
    resolveOrReject()
  }
}
