import type { Hex } from 'viem'
import * as Relay from '../client/Relay'
import { StatusError } from '../client/read'
import type { GrowingSegment, PieceRelay, Sharing } from '../mesh/pieces/Sharing'
import type { TimedPayload } from '../mesh/SegmentFetch'
import type { Publication } from '../records/Publication'

export type MeshPiecesOptions = {
  /** The relays that may have a segment, best first. */
  relays(place: { streamId: Hex; sequenceNumber: bigint }): Iterable<Relay.Relay>
  /** The bitrate of a level, in bit/s. */
  bitrateOf(streamId: Hex): number
  /** A relay sent this many bytes in this time. */
  onMeasured(measured: { bytes: number; tookMs: number }): void
}

/** While a player changes the level, it reads two levels. */
const maxLevels = 2
/** The deadlines of the newest segments of one level. The player asks for older segments again. */
const maxDeadlines = 32
/** How long after its deadline a segment may come from the mesh. Then the caller asks a relay for the whole segment. */
const graceMs = 1_500
/** A shorter answer says little about the bandwidth. */
const measuredBytes = 64 * 1024
/** If a request for pieces fails within this time before the deadline, we do not wait for the mesh any longer. */
const lateMs = 500

/** Gets segments in pieces, from other viewers and from relays. Is the `PieceRelay` of its mesh. */
export class MeshPieces implements PieceRelay {
  readonly #options: MeshPiecesOptions
  /** For each followed level, the deadlines of its segments. In order of the last use. */
  readonly #levels = new Map<Hex, Map<bigint, number>>()
  readonly #failed = new EventTarget()
  /** Segments of which the relay sent a wrong piece. We do not wait for their other pieces. */
  readonly #spoiled = new WeakSet<GrowingSegment>()
  #sharing: Sharing | undefined
  /** The relay has an older version that does not know requests for pieces. */
  #isOldRelay = false

  constructor(options: MeshPiecesOptions) {
    this.#options = options
  }

  /** The mesh needs its `PieceRelay` when it is created, so `MeshPieces` gets the mesh later. */
  connect(sharing: Sharing): void {
    this.#sharing = sharing
    this.#levels.clear()
    sharing.on('fault', (_, place) => {
      const segment = sharing.segment(place)
      if (segment) this.#spoiled.add(segment)
      this.#failed.dispatchEvent(new Event('failed'))
    })
  }

  /**
   * `undefined`: the mesh did not deliver the segment in time. Rejects with the reason of `signal`. The bytes match the signed header of
   * the segment.
   */
  async get(
    publication: Publication,
    { deadlineMs, signal }: { deadlineMs: number; signal: AbortSignal },
  ): Promise<TimedPayload | undefined> {
    const sharing = this.#sharing
    const startMs = performance.now()
    if (!sharing || this.#isOldRelay) return undefined
    this.#expect(sharing, publication, deadlineMs)
    const { byteLength: length, ...segment } = publication
    sharing.know({ segment, length })
    await this.#wait(sharing, publication, { deadlineMs, signal })
    const growing = sharing.segment(publication)
    const endMs = performance.now()
    const data = growing?.isComplete ? growing.read(0, growing.knownLength)?.slice() : undefined
    return data && { data, startMs, firstByteMs: startMs, endMs }
  }

  async fetch(request: Parameters<PieceRelay['fetch']>[0]): ReturnType<PieceRelay['fetch']> {
    const startMs = performance.now()
    try {
      for (const relay of this.#options.relays(request)) {
        const pieces = await Relay.pieces(relay, request)
        if (!pieces) continue
        const bytes = pieces.reduce((sum, { data }) => sum + data.length, 0)
        if (bytes >= measuredBytes) this.#options.onMeasured({ bytes, tookMs: performance.now() - startMs })
        return pieces
      }
      throw new Relay.NoPiecesError(request)
    } catch (error) {
      if (error instanceof StatusError && error.status === 400) this.#isOldRelay = true
      if (!request.signal.aborted) this.#failed.dispatchEvent(new Event('failed'))
      throw error
    }
  }

  /** The player needs the segment until the deadline. */
  #expect(sharing: Sharing, { streamId, sequenceNumber }: Publication, deadlineMs: number): void {
    const isFollowed = this.#levels.has(streamId)
    const deadlines = this.#levels.get(streamId) ?? new Map<bigint, number>()
    deadlines.delete(sequenceNumber)
    deadlines.set(sequenceNumber, deadlineMs)
    for (const oldest of deadlines.keys()) if (deadlines.size > maxDeadlines) deadlines.delete(oldest)
    this.#levels.delete(streamId)
    this.#levels.set(streamId, deadlines)
    for (const oldest of this.#levels.keys()) if (this.#levels.size > maxLevels) this.#levels.delete(oldest)
    if (isFollowed) return
    sharing.follow(
      [...this.#levels].map(([streamId, deadlines]) => ({
        streamId,
        bitrate: this.#options.bitrateOf(streamId),
        deadlineMs: ({ sequenceNumber }) => deadlines.get(sequenceNumber),
      })),
    )
  }

  /** Resolves when the segment is complete, or when the mesh is too late. */
  #wait(
    sharing: Sharing,
    publication: Publication,
    { deadlineMs, signal }: { deadlineMs: number; signal: AbortSignal },
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const isDone = () => sharing.segment(publication)?.isComplete ?? false
      const isSpoiled = () => {
        const segment = sharing.segment(publication)
        return segment !== undefined && this.#spoiled.has(segment)
      }
      if (signal.aborted) return reject(signal.reason)
      if (isDone() || isSpoiled()) return resolve()
      const end = (settle: () => void) => {
        clearTimeout(timer)
        stop()
        signal.removeEventListener('abort', abort)
        this.#failed.removeEventListener('failed', failed)
        settle()
      }
      const abort = () => end(() => reject(signal.reason))
      const failed = () => {
        if (isSpoiled() || performance.now() > deadlineMs - lateMs) end(resolve)
      }
      const waitMs = Math.max(0, deadlineMs - performance.now()) + graceMs
      const timer = setTimeout(() => end(resolve), waitMs)
      const stop = sharing.on('grown', () => isDone() && end(resolve))
      signal.addEventListener('abort', abort)
      this.#failed.addEventListener('failed', failed)
    })
  }
}
