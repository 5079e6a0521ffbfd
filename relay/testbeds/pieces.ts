import { Part, PayloadTree, PieceTree, Segment, StreamId } from '@lp/contracts/protocol'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { Emitter } from '../src/mesh/Emitter'
import type { GrowingSegment, Header, PieceRelay, Sharing } from '../src/mesh/pieces/Sharing'
import { randomBytes, randomFrom } from './fuzz'
import { domain, type Member, type Neighbourhood } from './mesh'

/**
 * A signed header of a test segment, and the bytes since the previous header. The last release of a segment has the header of the whole
 * segment.
 */
export type Release = { header: Header; bytes: Uint8Array }

const random = randomFrom(11)
export const partMs = 400

/** A source with its own key. `segment` makes segments of random bytes. */
export function createLevel(bytesPerPart = 40_000, partsPerSegment = 5) {
  const key = privateKeyToAccount(generatePrivateKey())
  const streamId = StreamId.random(key.address)

  async function segment(sequenceNumber: number): Promise<Release[]> {
    const data = randomBytes(random, bytesPerPart * partsPerSegment)
    const place = { streamId, sequenceNumber: BigInt(sequenceNumber) }
    const startTimeMs = BigInt(sequenceNumber * partsPerSegment * partMs)
    const releases: Release[] = []
    for (let index = 0; index < partsPerSegment; index++) {
      const length = (index + 1) * bytesPerPart
      const bytes = data.subarray(index * bytesPerPart, length)
      const durationMs = (index + 1) * partMs
      const hash = await PayloadTree.hash(data.subarray(0, length))
      if (index < partsPerSegment - 1) {
        const part = { ...place, startTimeMs, index, length, durationMs, prefixHash: hash }
        releases.push({ header: { part: await Part.sign(part, key, domain) }, bytes })
      } else {
        const signed = await Segment.sign({ ...place, startTimeMs, durationMs, dataHash: hash }, key, domain)
        releases.push({ header: { segment: signed, length }, bytes })
      }
    }
    return releases
  }
  return { streamId, key, segment }
}

/** Replaces the HTTP gateway of a relay: it has all released bytes, and counts the bytes that it sends. */
export class Origin extends Emitter<{ failed: [] }> implements PieceRelay {
  sentBytes = 0
  /** While this is true, each request fails. */
  isDown = false
  /** While this is true, no request is answered. */
  hangs = false
  readonly #data = new Map<string, Uint8Array>()

  release({ header, bytes }: Release): void {
    const { streamId, sequenceNumber } = 'part' in header ? header.part : header.segment
    const key = `${streamId}/${sequenceNumber}`
    this.#data.set(key, Buffer.concat([this.#data.get(key) ?? new Uint8Array(0), bytes]))
  }

  async fetch({ streamId, sequenceNumber, length, pieces, signal }: Parameters<PieceRelay['fetch']>[0]) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    signal.throwIfAborted()
    const data = this.#data.get(`${streamId}/${sequenceNumber}`)
    if (this.hangs)
      return new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    if (this.isDown || !data || data.length < length) {
      queueMicrotask(() => this.emit('failed'))
      throw new TypeError('The relay is down.')
    }
    const growing = await PieceTree.grow()
    growing.append(data.subarray(0, length))
    const roots = growing.roots()
    return Promise.all(
      pieces.map(async ({ index, offset }) => {
        const { start, end } = PieceTree.rangeOf(index, length)
        const piece = { data: data.subarray(start + offset, end), path: await PieceTree.prove(roots, index) }
        this.sentBytes += piece.data.length
        return piece
      }),
    )
  }
}

export const verifier = {
  part: (part: Part.Part) => Part.verify(part, domain),
  segment: (segment: Segment.Segment) => Segment.verify(segment, domain),
}

/**
 * Adds a viewer that exchanges pieces and follows the source. The deadline of bytes is `spareMs` after the moment at which the viewer
 * learned of them.
 */
export function joinPieces(
  neighbourhood: Neighbourhood,
  { streamId }: { streamId: StreamId.StreamId },
  {
    relay,
    spareMs = 3_000,
    ...options
  }: { relay?: PieceRelay; spareMs?: number } & NonNullable<Parameters<Neighbourhood['join']>[0]> = {},
): Member & { pieces: Sharing } {
  const member = neighbourhood.join({ pieces: { verifier, relay }, ...options })
  const pieces = member.mesh.pieces as Sharing
  const firstSeenMs = new Map<number, number>()
  const deadlineMs = ({ atMs }: { atMs: number }) => {
    const seenMs = firstSeenMs.get(atMs) ?? performance.now()
    firstSeenMs.set(atMs, seenMs)
    return seenMs + spareMs
  }
  pieces.follow([{ streamId, bitrate: 800_000, deadlineMs }])
  return { ...member, pieces }
}

/** Resolves to the bytes of the segment when the viewer holds all of them. */
export async function untilWhole(pieces: Sharing, { header }: Release): Promise<Uint8Array> {
  const { streamId, sequenceNumber } = 'part' in header ? header.part : header.segment
  for (;;) {
    const growing: GrowingSegment | undefined = pieces.segment({ streamId, sequenceNumber })
    if (growing?.isComplete) return growing.read(0, growing.knownLength) as Uint8Array
    await pieces.next('grown')
  }
}
