import type { Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Download } from './Download'
import type { Neighbour } from './Neighbour'
import type { Want } from './schedule'

/** A payload and the times of its transfer, on the clock of `performance.now()`. */
export type TimedPayload = { data: Uint8Array<ArrayBuffer>; startMs: number; firstByteMs: number; endMs: number }

export type MeshRequest = {
  /** The signed header of the segment. The caller has checked the signature. */
  segment: Segment.Segment
  /** The length that the relay announced. Not checked. */
  byteLength: number
  /** The time at which playback stops if this segment is missing, on the clock of `performance.now()`. */
  deadlineMs: number
  /** Fetches the payload without the mesh, and checks it. */
  fromGateway(signal: AbortSignal): Promise<TimedPayload>
  signal: AbortSignal
}

/** If `from` is `gateway`, `payload` is the result of `fromGateway`. */
export type Fetched = { from: 'gateway' | 'peer' | 'store'; payload: TimedPayload }

/**
 * The fetch of one segment. The fetch ends when a source has delivered the payload, when the gateway has failed and no peer that we can ask
 * has the segment, or when the caller aborts.
 */
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

  /** The asked peer does not deliver the segment. We can ask this peer again from `retryAtMs` on; by default never. */
  rejected(retryAtMs = Number.POSITIVE_INFINITY): void {
    if (this.#asked) this.rejections.set(this.#asked.from.peer.id, retryAtMs)
    this.#asked = undefined
  }

  /** Cancels the request to a peer that did not answer in time. */
  dropSilentPeer(): void {
    const asked = this.#asked
    this.rejected()
    asked?.from.timeOut(asked.download)
  }

  /**
   * Asks the gateway, and aborts the request if a peer delivers the segment first. Resolves to the payload and the duration of the
   * request; `undefined`: the request failed.
   */
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

  /** The gateway has failed, and no peer that we can ask has the segment: `result` rejects with the gateway's error. */
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
