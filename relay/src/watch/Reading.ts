import { type Part, ProtocolError, Segment } from '@lp/contracts/protocol'
import * as Relay from '../client/Relay'
import { isContradiction } from '../mesh/pieces/contradiction'
import { SegmentPieces } from '../mesh/pieces/SegmentPieces'
import type { GrowingSegment, Header, Sharing } from '../mesh/pieces/Sharing'
import type { Place } from '../mesh/SegmentStore'
import type { Line } from './Line'
import type { MeshPieces } from './MeshPieces'
import type { Known } from './SegmentWindow'
import { Transfer } from './Transfer'
import { MissingError } from './viewerErrors'

export type ReadingOptions = {
  place: Place & { startTimeMs: bigint }
  /** Time until playback stops if the first byte is missing. */
  spareMs: number
  signal: AbortSignal
  look(): Known
  /** Resolves when `look` may return a different result. */
  changed(signal: AbortSignal): Promise<void>
  relays(): Iterable<Relay.Relay>
  pieces: MeshPieces
  line: Line
  /** Called after each correct answer of a relay. `bytes`: the number of bytes in the answer. */
  onBytes(bytes: number): void
  refuse(error: unknown): void
  /** Decrypts the bytes of a paid stream. Default: the bytes are not encrypted. */
  unseal?: ((chunks: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array<ArrayBuffer>>) | undefined
}

/** If no relay sends the bytes, the reading tries again, at most this many times. */
const maxFailures = 10
const retryMs = 1_000

/** Reads a segment while it grows. Each byte has been checked against a signed header of a part or of the segment. */
export class Reading {
  readonly #options: ReadingOptions
  readonly #deadlineMs: number
  /** Has all known headers of the segment. Has the bytes of the segment only while the mesh does not keep them. */
  readonly #own: SegmentPieces
  /** The mesh that gets our bytes. */
  #sharing: Sharing | undefined
  readonly transfer: Transfer
  #failures = 0

  constructor(options: ReadingOptions) {
    this.#options = options
    this.#deadlineMs = performance.now() + options.spareMs
    this.#own = new SegmentPieces(options.place)
    this.#sharing = options.pieces.sharingOf(options.place.streamId)
    this.transfer = new Transfer(options.line)
    this.#expect()
  }

  #expect(): void {
    const { pieces, place } = this.#options
    pieces.expect(place, { deadlineMs: this.#deadlineMs, startTimeMs: place.startTimeMs })
  }

  /**
   * Yields the bytes of the segment in order, as they come. While the segment is open, each chunk has only whole parts. Ends at the end of
   * the segment, or earlier if the rest of the segment will never come. Throws `MissingError` if no byte has come and none will come, the
   * last error of the relays (without further attempts if it is `Segment.WrongPayloadError`), or an error of `mesh/pieces/contradiction` if
   * the key of the level signed two contents of the segment. In a paid stream, also throws the errors of `Opener.open`.
   */
  chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const { unseal } = this.#options
    return unseal ? unseal(this.#chunks()) : this.#chunks()
  }

  async *#chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const { look, changed, signal, place } = this.#options
    for (let yielded = 0; ; ) {
      signal.throwIfAborted()
      await this.#takeOver()
      const { parts, publication, isOvertaken } = look()
      const newest = this.#learn({ parts, publication })
      const segment = this.#segment
      const held = segment.heldLength
      // The player does much work for each chunk, so it gets whole parts.
      const ready = publication || segment.isComplete ? held : (this.#partBefore(held)?.length ?? 0)
      if (ready > yielded) {
        yield segment.read(yielded, ready)?.slice() ?? new Uint8Array(0)
        yielded = ready
      } else if (segment.isComplete) return
      else if (newest && isLonger(newest, held)) await this.#get(newest, held)
      else if (!isOvertaken) await changed(signal)
      else if (yielded > 0) return
      else throw new MissingError({ stream: place.streamId, ...place })
    }
  }

  /** If we have joined a mesh since this reading began, gives it our headers and bytes. From now on, this mesh gets our other bytes. */
  async #takeOver(): Promise<void> {
    const { pieces, place } = this.#options
    const sharing = pieces.sharingOf(place.streamId)
    if (!sharing || sharing === this.#sharing) return
    const part = this.#partBefore(this.#segment.heldLength)
    const bytes = part && this.#segment.read(0, part.length)
    this.#expect()
    for (const part of this.#own.parts) sharing.know({ part })
    const held = sharing.segment(place)?.heldLength ?? 0
    if (part && bytes && held < part.length) await sharing.offer({ part }, bytes.subarray(held))
    this.#sharing = sharing
  }

  /** Whether the mesh still gets our bytes: we can have left the mesh. */
  get #isShared(): boolean {
    const { pieces, place } = this.#options
    return this.#sharing !== undefined && pieces.sharingOf(place.streamId) === this.#sharing
  }

  get #segment(): GrowingSegment {
    return this.#sharing?.segment(this.#options.place) ?? this.#own
  }

  /** Tells all headers to the mesh and to our own copy of the segment. Returns the newest header. */
  #learn({ parts, publication }: Omit<Known, 'isOvertaken'>): Header | undefined {
    const headers: Header[] = parts.map((part) => ({ part }))
    if (publication) {
      const { byteLength: length, ...segment } = publication
      headers.push({ segment, length })
    }
    for (const header of headers) {
      this.#sharing?.know(header)
      if ('part' in header) this.#own.addPart(header.part)
      else this.#own.close(header.segment)
    }
    return headers.at(-1)
  }

  /**
   * Waits for the next part from the mesh. Without a mesh, or if the mesh is late, asks the relays for all bytes up to the length in
   * `header`.
   */
  async #get(header: Header, held: number): Promise<void> {
    const { pieces, place, signal, look } = this.#options
    const end = this.#own.parts.find(({ length }) => length > held)?.length ?? held + 1
    const isDone = ({ heldLength, isComplete }: GrowingSegment) => isComplete || heldLength >= end
    if (this.#isShared) {
      const deadlineMs = this.#deadlineMs + this.#lateByMs(held)
      // While we wait for a first member, the line is not busy.
      await pieces.untilJoined(deadlineMs, signal)
      await this.transfer.fromViewers(async () => {
        await pieces.wait(place, { isDone, deadlineMs, signal })
        return this.#segment.heldLength - held
      })
    }
    // While we waited, a relay may have stated the length of the segment.
    if (!isDone(this.#segment)) await this.#fetch(this.#learn(look()) ?? header)
  }

  /** How much later than the first byte the player needs the byte at this offset. */
  #lateByMs(offset: number): number {
    return this.#partBefore(offset)?.durationMs ?? 0
  }

  /** The last part that ends at this offset or before it. */
  #partBefore(offset: number): Part.Part | undefined {
    return this.#own.parts.findLast(({ length }) => length <= offset)
  }

  async #fetch(header: Header): Promise<void> {
    const { relays, place, pieces, signal, refuse, onBytes, changed } = this.#options
    const end = lengthOf(header)
    let failure: unknown = new MissingError({ stream: place.streamId, ...place })
    for (const relay of relays()) {
      const start = this.#segment.heldLength
      if (end <= start) break
      try {
        const body = await this.transfer.fromRelay((onProgress) =>
          Relay.segmentBytes(relay, { ...place, start, end, signal, onProgress }),
        )
        if (!body) continue
        await this.#keep(header, body.data, start)
        Relay.checked(relay, body.loadedBytes)
        onBytes(body.loadedBytes)
        return
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof ProtocolError && isContradiction(error)) throw error
        failure = error
        refuse(error)
      }
    }
    if (failure instanceof Segment.WrongPayloadError || ++this.#failures > maxFailures) throw failure
    const held = this.#segment.heldLength
    const isDone = ({ heldLength, isComplete }: GrowingSegment) => isComplete || heldLength > held
    // Other viewers may still have the bytes.
    if (this.#isShared) await pieces.wait(place, { isDone, deadlineMs: performance.now() + retryMs, signal })
    // The relay has withdrawn the part, or the relay does not answer now. `changed` resolves when the follower has learned something new.
    else if ('part' in header) await changed(signal)
    else throw failure
  }

  /** Keeps bytes that a relay sent. Throws `Segment.WrongPayloadError`. */
  async #keep(header: Header, data: Uint8Array, start: number): Promise<void> {
    const segment = this.#segment
    const held = segment.heldLength
    // The mesh may have been faster.
    if (held >= lengthOf(header)) return
    const fresh = data.subarray(held - start)
    const isOwn = segment === this.#own
    const isKept = isOwn ? this.#own.append(fresh, lengthOf(header)) : this.#sharing?.offer(header, fresh)
    if ((await isKept) || segment.heldLength > held) return
    const whole = new Uint8Array([...(segment.read(0, held) ?? []), ...fresh])
    const dataHash = 'part' in header ? header.part.prefixHash : header.segment.dataHash
    await Segment.verifyPayload({ ...this.#options.place, durationMs: 0, dataHash }, whole)
  }
}

/** Whether more than `held` bytes of the segment can exist. In a header from another viewer, the length is 0 until it is proven. */
const isLonger = (header: Header, held: number): boolean => lengthOf(header) > held || lengthOf(header) === 0

const lengthOf = (header: Header): number => ('part' in header ? header.part.length : header.length)
