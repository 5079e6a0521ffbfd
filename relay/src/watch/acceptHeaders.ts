import { Part, Segment, type typedData } from '@lp/contracts/protocol'
import type { Header } from '../mesh/pieces/Sharing'
import type { SegmentList } from '../records/SegmentList'
import * as Feed from './Feed'
import { maxEntries, type SegmentWindow } from './SegmentWindow'

/** The result of `acceptList`. `isNews`: at least one header or one length was not known before. */
export type Accepted = { correct: number; isNews: boolean }

/**
 * Of the first answer, we check the signatures of the newest headers only: the player begins with one of the newest segments, and each check
 * takes time.
 */
const firstEntries = 4

/** The feed that announces the headers, and the window of their level. */
type Level = { feed: Feed.Feed; window: SegmentWindow }

type ListOptions = {
  after: bigint | undefined
  part: Pick<Part.Part, 'sequenceNumber' | 'index'> | undefined
  domain: typedData.Domain
  refuse(error: unknown): void
  /** Called with each new header, and when a relay states the length of a segment whose header came from another viewer. */
  onHeader(header: Header): void
}

/**
 * Checks the headers in a relay's answer and adds them to the window. `after`, `part`: we asked the relay for the headers after this
 * sequence number and after this part. `correct` counts the headers of the answer that the window had already or that this call added to
 * it. Calls `refuse` with the error of each wrong header.
 */
export async function acceptList(
  { segments, parts }: SegmentList,
  { after, part: asked, domain, refuse, onHeader, ...level }: Level & ListOptions,
): Promise<Accepted> {
  const { window } = level
  const accepted = { correct: 0, isNews: false }
  // Another viewer may send the same header before the relay sends it, or while we check the signature.
  const accept = async (header: Header, isKnown: () => boolean, verify: () => Promise<void>) => {
    try {
      if (!isKnown()) await verify()
      const isNew = !isKnown() && acceptHeader(header, level)
      if (isNew || isKnown()) accepted.correct++
      const isMeasured = 'segment' in header && measure(header.segment, header.length, window)
      if (!isNew && !isMeasured) return
      accepted.isNews = true
      onHeader(header)
    } catch (error) {
      refuse(error)
    }
  }
  const listed = segments.slice(-maxEntries)
  for (const [index, { byteLength: length, ...segment }] of listed.entries()) {
    const isChecked = after !== undefined || index >= listed.length - firstEntries
    if (!isChecked && !window.holds(segment)) continue
    // If the relay repeats a header that we did not ask for, `acceptHeader` refuses the header.
    const isKnown = () => segment.sequenceNumber > (after ?? -1n) && window.holds(segment)
    await accept({ segment, length }, isKnown, () => Segment.verify(segment, domain))
  }
  // The number of a refused header does not count: it can be far too high.
  const newest = listed.findLast((segment) => window.holds(segment))
  if (newest) window.noteListed(level.feed.relay.uri, newest.sequenceNumber)
  for (const part of parts) {
    const isNewer = !asked || part.sequenceNumber > asked.sequenceNumber || part.index > asked.index
    await accept(
      { part },
      () => isNewer && window.has(part),
      () => Part.verify(part, domain),
    )
  }
  return accepted
}

/** Notes the length that the relay states, if the length is not known yet. Returns whether it has noted the length. */
const measure = (segment: Segment.Segment, length: number, window: SegmentWindow): boolean =>
  window.find(segment.sequenceNumber)?.publication.byteLength === 0 && window.measure(segment, length)

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
