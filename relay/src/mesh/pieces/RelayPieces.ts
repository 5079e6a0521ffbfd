import { ProtocolError } from '@lp/contracts/protocol'
import { GatewayTimes } from '../GatewayTimes'
import { keyOf } from '../SegmentStore'
import { isContradiction } from './contradiction'
import { WrongPieceError } from './PieceIntake'
import { endOf, type PieceWant } from './PieceWant'
import type { SegmentPieces, Verdict } from './SegmentPieces'
import type { PieceRelay } from './Sharing'

type Request = { readonly open: Set<PieceWant>; readonly abort: AbortController }

export type RelayPiecesOptions = {
  /** `undefined`: only neighbours deliver pieces. */
  relay: PieceRelay | undefined
  /** A piece was checked. `byteLength`: the number of its bytes that the relay sent. */
  onPiece(want: PieceWant, piece: { verdict: Verdict; length: number; offset: number; byteLength: number }): void
  onFault(error: ProtocolError, segment: SegmentPieces): void
  /** Called after each request, successful or not. */
  onEnd(): void
}

/** One request to the relay names at most this many pieces, so that the first bytes of the answer are not late. */
const maxPieces = 32
/**
 * For this time after a failed request over HTTP, `RelaySource` asks the relays that are members of the room, if there are any. Each
 * further failure doubles the time.
 */
const downMs = 5_000
const maxDownMs = 30_000

/**
 * Fetches pieces from the relay over HTTP. One request names all pieces of a segment that are wanted at the same time, up to `maxPieces`.
 */
export class RelayPieces {
  readonly #options: RelayPiecesOptions
  readonly #requests = new Set<Request>()
  readonly #times = new GatewayTimes()
  /** The number of failures since the last answer. */
  #failures = 0
  #failedMs = 0

  constructor(options: RelayPiecesOptions) {
    this.#options = options
  }

  /** How long the relay takes: the longest time of its last answers. */
  get relayMs(): number {
    return this.#times.slowestMs
  }

  /** Whether the last request has failed and it is not yet time for the next attempt. Always true without the option `relay`. */
  isDown(nowMs: number): boolean {
    if (!this.#options.relay) return true
    const pauseMs = Math.min(maxDownMs, downMs * 2 ** (this.#failures - 1))
    return this.#failures > 0 && nowMs < this.#failedMs + pauseMs
  }

  fetch(wants: readonly PieceWant[]): void {
    const nowMs = performance.now()
    const bySegment = new Map<string, PieceWant[]>()
    for (const want of wants) {
      want.askHttp(nowMs)
      const key = keyOf(want.segment.place)
      const same = bySegment.get(key) ?? []
      bySegment.set(key, [...same, want])
    }
    for (const same of bySegment.values()) {
      const sorted = same.sort((a, b) => a.index - b.index)
      for (let at = 0; at < sorted.length; at += maxPieces) void this.#fetch(sorted.slice(at, at + maxPieces))
    }
  }

  /**
   * Stops waiting for the piece, for example because a neighbour has delivered it, or because the player does not need it. Aborts a request
   * without open pieces.
   */
  cancel(want: PieceWant): void {
    for (const { open, abort } of this.#requests) if (open.delete(want) && open.size === 0) abort.abort()
  }

  /** The relay takes too long for this piece. */
  giveUp(want: PieceWant): void {
    const nowMs = performance.now()
    want.httpFailed(nowMs)
    this.#failed(nowMs)
    this.cancel(want)
  }

  close(): void {
    for (const { abort } of this.#requests) abort.abort()
  }

  async #fetch(wants: readonly PieceWant[]): Promise<void> {
    const { relay, onEnd } = this.#options
    const { segment } = wants[0] as PieceWant
    const nowMs = performance.now()
    if (!relay) return wants.forEach((want) => void want.httpFailed(Number.POSITIVE_INFINITY))
    const request = { open: new Set(wants), abort: new AbortController() }
    this.#requests.add(request)
    const length = segment.relayLength
    const pieces = wants.map(({ index, offset }) => ({ index, offset }))
    try {
      const { signal } = request.abort
      const answer = await relay.fetch({ ...segment.place, length, pieces, signal })
      this.#times.add(performance.now() - nowMs)
      this.#failures = 0
      for (const [at, want] of wants.entries()) {
        const piece = answer[at]
        const place = pieces[at]
        if (!piece || !place) continue
        const { data, path } = piece
        const verdict = await this.#check(want, { data, path, ...place, length })
        if (verdict === 'added' || verdict === 'known') piece.checked?.()
      }
    } catch (error) {
      if (!request.abort.signal.aborted) this.#failed(performance.now())
      // Only a contradiction is a fault here: a relay that cannot be reached is no fault, and `#check` reports wrong pieces.
      if (error instanceof ProtocolError && isContradiction(error)) this.#options.onFault(error, segment)
    } finally {
      this.#requests.delete(request)
      // For a want without an answer, we can ask the relay again after a pause.
      const endMs = performance.now()
      for (const want of wants) if (want.httpAt(endMs) === 'asked') want.httpFailed(endMs)
      onEnd()
    }
  }

  /**
   * A failure during the pause after an earlier failure does not count: if the relay is down, all requests that are open at the same time
   * fail.
   */
  #failed(nowMs: number): void {
    if (this.isDown(nowMs)) return
    this.#failures++
    this.#failedMs = nowMs
  }

  async #check(
    want: PieceWant,
    piece: { index: number; offset: number; length: number; data: Uint8Array; path: Uint8Array },
  ): Promise<Verdict | undefined> {
    const { segment } = want
    if (piece.data.length !== endOf(piece.index, piece.length) - piece.offset) return undefined
    const verdict = await segment.add(piece)
    if (verdict === 'doubtful') want.isWhole = true
    if (verdict === 'wrong') {
      // The relay would send the same bytes again, so only neighbours can still deliver this piece.
      want.httpFailed(Number.POSITIVE_INFINITY)
      this.#options.onFault(new WrongPieceError({ ...segment.place, index: piece.index }), segment)
    } else if (verdict !== 'unknown') want.httpAnswered()
    this.#options.onPiece(want, { verdict, length: piece.length, offset: piece.offset, byteLength: piece.data.length })
    return verdict
  }
}
