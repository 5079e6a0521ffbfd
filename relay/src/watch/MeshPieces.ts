import type { Hex } from 'viem'
import * as Relay from '../client/Relay'
import { StatusError, UnpaidError } from '../client/read'
import type { FollowedLevel, GrowingSegment, Header, PieceRelay, Sharing } from '../mesh/pieces/Sharing'
import type { TimedPayload } from '../mesh/SegmentFetch'
import type { Place } from '../mesh/SegmentStore'
import type { Publication } from '../records/Publication'
import { Joining } from './Joining'
import { pause } from './pause'

export type MeshPiecesOptions = {
  /** The relays that may have a segment, best first. */
  relays(place: { streamId: Hex; sequenceNumber: bigint }): Iterable<Relay.Relay>
  /** The bitrate of a level, in bit/s. */
  bitrateOf(streamId: Hex): number
  /** Whether the player needs only whole segments. Default: no. */
  isPatient?(): boolean
  /** Called when a relay has sent this many bytes in this time. */
  onAnswer(answer: { bytes: number; startMs: number; endMs: number }): void
}

/** The largest number of deadlines that we keep. If the player still needs an older segment, it asks for this segment again. */
const maxDeadlines = 32
/** We wait for the mesh until this time after the deadline. Then the caller asks a relay for the bytes. */
const graceMs = 1_500
/** If a request for pieces fails less than this time before the deadline, we no longer wait for the mesh. */
const lateMs = 500
/** At this interval, the mesh looks again at the bytes that wait for a member (see `Joining`). */
const lookAgainMs = 100

/**
 * The player needs the segment by `deadlineMs`. If `startTimeMs` is set, the player needs only the first byte by `deadlineMs`. The
 * deadline of each later byte is later by the time from the capture of the first byte to the capture of the later byte.
 */
export type Deadline = { deadlineMs: number; startTimeMs?: bigint | undefined }

/** Gets segments in pieces, from other viewers and from relays. Is the `PieceRelay` of its mesh. */
export class MeshPieces implements PieceRelay {
  readonly #options: MeshPiecesOptions
  /** The level that the player reads. We follow no other level, because other viewers push the pieces of a followed level to us. */
  #followed: FollowedLevel | undefined
  readonly #deadlines = new Map<bigint, Deadline>()
  readonly #failed = new EventTarget()
  /** Segments of which a relay sent a wrong piece. We do not wait for the other pieces of these segments. */
  readonly #spoiled = new WeakSet<GrowingSegment>()
  /** The levels whose key signed two contents of one segment. The mesh fetches no further pieces of these levels. */
  readonly #contradicted = new Set<Hex>()
  #sharing: Sharing | undefined
  #joining = new Joining(Number.NEGATIVE_INFINITY)
  /** Whether bytes wait for a member. */
  #isWaiting = false
  #lookingAgain: ReturnType<typeof setInterval> | undefined
  /** A relay has an older version, which does not know requests for pieces. */
  #isOldRelay = false

  constructor(options: MeshPiecesOptions) {
    this.#options = options
  }

  /**
   * The constructor of the mesh needs this object as its `PieceRelay`, so this object gets the mesh later. `hasMembers`: whether another
   * member is connected.
   */
  connect(sharing: Sharing, hasMembers: () => boolean): void {
    this.#sharing = sharing
    this.#followed = undefined
    this.#joining = new Joining(performance.now())
    clearInterval(this.#lookingAgain)
    this.#lookingAgain = setInterval(() => this.#lookAgain(hasMembers()), lookAgainMs)
    sharing.on('fault', (_, place) => {
      const segment = sharing.segment(place)
      if (segment) this.#spoiled.add(segment)
      this.#failed.dispatchEvent(new Event('failed'))
    })
    sharing.on('contradicted', (streamId) => {
      this.#contradicted.add(streamId)
      this.#failed.dispatchEvent(new Event('failed'))
    })
  }

  disconnect(): void {
    clearInterval(this.#lookingAgain)
    this.#sharing = undefined
    this.#failed.dispatchEvent(new Event('failed'))
  }

  /**
   * The exchange of pieces of a level. `undefined`: no mesh is connected, a relay does not know requests for pieces, or the key of the
   * level signed two contents of one segment.
   */
  sharingOf(streamId: Hex): Sharing | undefined {
    return this.#isOldRelay || this.#contradicted.has(streamId) ? undefined : this.#sharing
  }

  /**
   * Gets a whole segment from the mesh. `undefined`: the mesh did not deliver the segment in time. Rejects with the reason of `signal`.
   * The bytes match the signed header of the segment.
   */
  async get(
    publication: Publication,
    { deadlineMs, signal }: { deadlineMs: number; signal: AbortSignal },
  ): Promise<TimedPayload | undefined> {
    const sharing = this.sharingOf(publication.streamId)
    const startMs = performance.now()
    if (!sharing) return undefined
    this.expect(publication, { deadlineMs })
    const { byteLength: length, ...segment } = publication
    sharing.know({ segment, length })
    await this.wait(publication, { isDone: ({ isComplete }) => isComplete, deadlineMs, signal })
    const growing = sharing.segment(publication)
    const endMs = performance.now()
    const data = growing?.isComplete ? growing.read(0, growing.knownLength)?.slice() : undefined
    return data && { data, startMs, firstByteMs: startMs, endMs }
  }

  async fetch(request: Parameters<PieceRelay['fetch']>[0]): ReturnType<PieceRelay['fetch']> {
    const startMs = performance.now()
    let failure: Error = new Relay.NoPiecesError(request)
    // Another relay may be free, or cheaper.
    const unpaid = (error: unknown) => {
      if (!(error instanceof UnpaidError)) throw error
      failure = error
    }
    try {
      for (const relay of this.#options.relays(request)) {
        const pieces = await Relay.pieces(relay, request).catch(unpaid)
        if (!pieces) continue
        const bytes = pieces.reduce((sum, { data }) => sum + data.length, 0)
        this.#options.onAnswer({ bytes, startMs, endMs: performance.now() })
        return pieces.map(({ data, path }) => ({
          ...{ data, path },
          checked: () => Relay.checked(relay, path.length + data.length),
        }))
      }
      throw failure
    } catch (error) {
      if (error instanceof StatusError && error.status === 400) this.#isOldRelay = true
      if (!request.signal.aborted) this.#failed.dispatchEvent(new Event('failed'))
      throw error
    }
  }

  /** Takes a header from a relay. Its signature has been checked. */
  know(header: Header): void {
    const { streamId } = 'part' in header ? header.part : header.segment
    this.sharingOf(streamId)?.know(header)
  }

  /** Follows the level of the segment. From now on, the mesh gets the segment by this deadline if it can. */
  expect({ streamId, sequenceNumber }: Place, deadline: Deadline): void {
    this.follow(streamId)
    this.#deadlines.delete(sequenceNumber)
    this.#deadlines.set(sequenceNumber, deadline)
    for (const oldest of this.#deadlines.keys()) if (this.#deadlines.size > maxDeadlines) this.#deadlines.delete(oldest)
  }

  /** From now on, other viewers send us the headers of this level, and of no other level. */
  follow(streamId: Hex): void {
    const isPatient = this.#options.isPatient?.() ?? false
    if (this.#followed?.streamId === streamId && this.#followed.isPatient === isPatient) return
    if (this.#followed?.streamId !== streamId) this.#deadlines.clear()
    this.#followed = {
      ...{ streamId, bitrate: this.#options.bitrateOf(streamId), isPatient },
      deadlineMs: (bytes) => this.#deadlineOf(bytes),
    }
    this.#sharing?.follow([this.#followed])
  }

  /** `undefined`: the player does not need the bytes, or they wait for a member. */
  #deadlineOf({ sequenceNumber, atMs }: Parameters<FollowedLevel['deadlineMs']>[0]): number | undefined {
    const { deadlineMs: firstMs, startTimeMs = atMs } = this.#deadlines.get(sequenceNumber) ?? {}
    if (firstMs === undefined) return undefined
    const deadlineMs = firstMs + atMs - Number(startTimeMs)
    if (!this.#joining.mayWait(deadlineMs, performance.now())) return deadlineMs
    this.#isWaiting = true
    return undefined
  }

  /** Resolves when bytes with this deadline do not wait for a member any more. Rejects with the reason of `signal`. */
  async untilJoined(deadlineMs: number, signal: AbortSignal): Promise<void> {
    while (this.#joining.mayWait(deadlineMs, performance.now())) await pause(lookAgainMs, signal)
  }

  #lookAgain(hasMembers: boolean): void {
    const nowMs = performance.now()
    if (hasMembers) this.#joining.met(nowMs)
    if (this.#joining.isOver(nowMs)) clearInterval(this.#lookingAgain)
    if (!this.#isWaiting || !this.#followed) return
    this.#isWaiting = false
    // The mesh reads all deadlines again.
    this.#sharing?.follow([this.#followed])
  }

  /** Resolves when `isDone` is true, or when we no longer wait for the mesh. Rejects with the reason of `signal`. */
  wait(
    place: Place,
    {
      isDone,
      deadlineMs,
      signal,
    }: { isDone(segment: GrowingSegment): boolean; deadlineMs: number; signal: AbortSignal },
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const segment = () => this.#sharing?.segment(place)
      const isOver = () => {
        const growing = segment()
        return !growing || isDone(growing) || this.#spoiled.has(growing) || this.#contradicted.has(place.streamId)
      }
      if (signal.aborted) return reject(signal.reason)
      if (isOver()) return resolve()
      const end = (settle: () => void) => {
        clearTimeout(timer)
        stop?.()
        signal.removeEventListener('abort', abort)
        this.#failed.removeEventListener('failed', failed)
        settle()
      }
      const abort = () => end(() => reject(signal.reason))
      const failed = () => {
        if (isOver() || performance.now() > deadlineMs - lateMs) end(resolve)
      }
      const waitMs = Math.max(0, deadlineMs - performance.now()) + graceMs
      const timer = setTimeout(() => end(resolve), waitMs)
      const stop = this.#sharing?.on('grown', () => isOver() && end(resolve))
      signal.addEventListener('abort', abort)
      this.#failed.addEventListener('failed', failed)
    })
  }
}
