import { Part, Segment, type typedData } from '@lp/contracts/protocol'
import type { Header } from '../mesh/pieces/Sharing'
import type { SegmentList } from '../records/SegmentList'
import * as Feed from './Feed'
import { maxEntries, type SegmentWindow } from './SegmentWindow'

/** The player begins with one of the newest segments. Each check of a signature takes some milliseconds, and delays the first picture. */
const firstEntries = 4

/** The feed that announces the headers, and the window of their level. */
type Level = { feed: Feed.Feed; window: SegmentWindow }

type ListOptions = {
  after: bigint | undefined
  domain: typedData.Domain
  refuse(error: unknown): void
  /** A relay stated the length of a segment whose header came from another viewer. */
  onHeader(header: Header): void
}

/**
 * Checks the headers in a relay's answer and adds them to the window. Returns the number of accepted headers. `after`: we asked the relay for
 * the segments after this number. Calls `refuse` with the error of each wrong header.
 */
export async function acceptList(
  { segments, parts }: SegmentList,
  { after, domain, refuse, onHeader, ...level }: Level & ListOptions,
): Promise<number> {
  const { window } = level
  let accepted = 0
  const accept = async (header: Header, verify: () => Promise<void>) => {
    try {
      await verify()
      if (!acceptHeader(header, level)) return
      accepted++
      onHeader(header)
    } catch (error) {
      refuse(error)
    }
  }
  for (const { byteLength: length, ...segment } of segments.slice(after === undefined ? -firstEntries : -maxEntries)) {
    const known = after === window.last ? undefined : window.find(segment.sequenceNumber)
    // Another viewer sent the same header. Without its pieces, we do not know the length yet.
    if (known?.publication.dataHash === segment.dataHash) {
      accepted++
      if (known.publication.byteLength === 0 && window.measure(segment, length)) onHeader({ segment, length })
    } else await accept({ segment, length }, () => Segment.verify(segment, domain))
  }
  for (const part of parts) {
    if (window.has(part)) accepted++
    else await accept({ part }, () => Part.verify(part, domain))
  }
  return accepted
}

/**
 * Adds a header, whose signature has been checked, to the window. Returns whether the header is new. Throws `Feed.NotAssignedError`, or the
 * errors of `SegmentWindow`.
 */
export function acceptHeader(header: Header, { feed, window }: Level): boolean {
  const nowMs = performance.now()
  if ('part' in header) {
    Feed.assertAssigned(feed, header.part)
    return window.acceptPart(header.part, feed, nowMs)
  }
  const { segment, length } = header
  Feed.assertAssigned(feed, segment)
  window.accept({ publication: { ...segment, byteLength: length }, feed }, nowMs)
  return true
}
