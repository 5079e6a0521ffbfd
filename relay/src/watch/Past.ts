import { Segment, StreamId, type typedData } from '@lp/contracts/protocol'
import * as Relay from '../client/Relay'
import type { Body } from '../client/read'
import type { Feed } from './Feed'
import type { PayloadRequest } from './Payloads'
import { assertDated, type Entry } from './SegmentWindow'

export type PastOptions = {
  streamId: StreamId.StreamId
  domain: typedData.Domain
  feed(): Feed | undefined
  /** The checked payload of a segment. */
  payload(entry: Entry, request: Pick<PayloadRequest, 'signal' | 'onProgress'>): Promise<Body>
  /** Called with the error of each wrong header. */
  refuse(error: unknown): void
}

export type PastRequest = {
  from: { after: bigint } | { sinceMs: number }
  /** The largest number of segments in the list. */
  limit: number
  /** Default: the feed that serves the stream now. */
  feed?: Feed | undefined
  signal: AbortSignal
}

/** The viewer can seek back by at most this time, if the relay still holds the segments. */
export const maxPastMs = 3_600_000

/**
 * The past of a live stream: segments that the relay of the stream still holds. They come only from relays, because other viewers have only
 * the newest segments. The checks are the same as for new segments.
 */
export class Past {
  readonly #options: PastOptions

  constructor(options: PastOptions) {
    this.#options = options
  }

  /** False if the broadcaster refuses recordings. Then nobody can seek back. */
  get isAllowed(): boolean {
    return StreamId.mayRecord(this.#options.streamId)
  }

  /** The feed that serves the stream now. `undefined`: not known yet. */
  get feed(): Feed | undefined {
    return this.#options.feed()
  }

  /**
   * Past segments of a level, oldest first: at most `limit`, after a segment, or from the segment on that was captured at `sinceMs`. If the
   * relay of `feed` no longer holds this segment, the list begins with the oldest segment that it holds. A list has no segments from before
   * the Assignment of `feed`: the renditions of these segments have other StreamIds. Empty if there are no segments. Throws the errors of
   * `Relay.heldSegments`.
   */
  async entries(level: string, request: PastRequest): Promise<readonly Entry[]> {
    const { domain, refuse } = this.#options
    const { feed = this.feed, from, limit, signal } = request
    const streamId = feed?.levels.find(({ name }) => name === level)?.streamId
    if (!feed || !streamId || !this.isAllowed) return []
    const ask = async (from: PastRequest['from']) =>
      (await Relay.heldSegments(feed.relay, { streamId, from, limit, signal }))?.segments.slice(0, limit) ?? []
    let segments = await ask(from)
    if (segments[0] && segments[0].sequenceNumber < feed.fromSequence)
      segments = await ask({ after: feed.fromSequence - 1n })
    const entries: Entry[] = []
    for (const publication of segments)
      try {
        if (publication.sequenceNumber < feed.fromSequence) continue
        assertDated(publication)
        await Segment.verify(publication, domain)
        entries.push({ publication, feed })
      } catch (error) {
        refuse(error)
      }
    return entries
  }

  /** The checked payload of a past segment. Throws the errors of `Viewer.payload`. */
  payload(entry: Entry, request: Pick<PayloadRequest, 'signal' | 'onProgress'>): Promise<Body> {
    return this.#options.payload(entry, request)
  }
}
