import type { StreamId } from '@lp/contracts/protocol'
import { encode } from '../records/json'
import { maxSegments, type SegmentList } from '../records/SegmentList'
import type { StreamRecord } from '../records/StreamRecord'
import type { Catalogue } from '../storage/Catalogue'
import type { PartPlace } from '../storage/Track'
import { type Answer, json } from './Answer'
import { HttpError, notFound } from './HttpError'
import { networkOf } from './networkOf'

/** The number of headers in the answer to a request without `after`. They are enough to start playback at the live edge. */
const newestSegments = 30

/** The record of a source stream. */
export const streamRecord = (catalogue: Catalogue, streamId: StreamId.StreamId): Answer =>
  json(encode(known(catalogue, streamId)))

/**
 * Signed headers of a source or a rendition that are newer than `after`, oldest first. Without `after`: the newest headers. With `part`,
 * also the parts of the open segment that are newer than this part. Waits up to `waitMs` for a new segment, a new part or the end of the
 * stream.
 */
export async function segmentList(
  {
    catalogue,
    polls,
    isHandedOver = () => false,
  }: { catalogue: Catalogue; polls: Polls; isHandedOver?: ((streamId: StreamId.StreamId) => boolean) | undefined },
  request: {
    streamId: StreamId.StreamId
    after: bigint | undefined
    part: PartPlace | 'none' | undefined
    waitMs: number
    address: string
    signal: AbortSignal
  },
): Promise<Answer> {
  const { streamId, after, part, waitMs, address, signal } = request
  const source = catalogue.sourceOf(streamId)
  if (!source) throw unknown()
  if (waitMs > 0)
    await polls.hold(address, () =>
      catalogue.nextSegment(streamId, { after: after ?? -1n, part, timeoutMs: waitMs, signal }),
    )
  const { state, end } = known(catalogue, source)
  const segments =
    after === undefined ? catalogue.latest(streamId, newestSegments) : catalogue.segments(streamId, after, maxSegments)
  // A viewer must not think that the stream has ended, and it must look for the transcoder that continues the stream.
  if (segments.length === 0 && !end && isHandedOver(source)) throw handedOver()
  const parts = part ? catalogue.partsAfter(streamId, part) : []
  const list: SegmentList = { streamId, segments, parts, state, end }
  return json(encode(list))
}

/** Throws `HttpError` 404. */
export function known(catalogue: Catalogue, streamId: StreamId.StreamId): StreamRecord {
  const record = catalogue.record(streamId)
  if (!record) throw unknown()
  return record
}

/** The error of a request for a stream that this relay does not know. */
export const unknown = () =>
  notFound(
    'This relay does not know the stream.',
    'Check the link, or ask a transcoder that the job of the stream names.',
  )

const handedOver = () =>
  new HttpError({
    status: 503,
    sentence: 'This transcoder has handed the stream over.',
    nextStep: 'Ask the other transcoders that the job of the stream names.',
    headers: { 'retry-after': '1' },
  })

/**
 * Limits how many requests of each IP address (IPv6: of each network) wait for a new segment at the same time, so that one client cannot
 * use all connections. Many viewers can share one address, so the gateway does not refuse a request above the limit. Instead, the
 * gateway immediately sends the segments that it has, and the client sends its next request after a pause.
 */
export class Polls {
  readonly #held = new Map<string, number>()
  readonly #maxPerAddress: number

  constructor({ maxPerAddress }: { maxPerAddress: number }) {
    this.#maxPerAddress = maxPerAddress
  }

  /** Waits, unless too many requests of this address wait. */
  async hold(address: string, wait: () => Promise<void>): Promise<void> {
    const network = networkOf(address)
    const held = this.#held.get(network) ?? 0
    if (held >= this.#maxPerAddress) return
    this.#held.set(network, held + 1)
    try {
      await wait()
    } finally {
      const left = (this.#held.get(network) ?? 1) - 1
      if (left > 0) this.#held.set(network, left)
      else this.#held.delete(network)
    }
  }
}
