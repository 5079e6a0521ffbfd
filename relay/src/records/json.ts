import { Json, type Part, ProtocolError } from '@lp/contracts/protocol'
import type * as z from 'zod/mini'
import type { AudienceReport, AudienceSummary } from './AudienceSummary'
import type { Evidence } from './Evidence'
import type { LiveList } from './LiveList'
import type { Publication } from './Publication'
import type { SegmentList } from './SegmentList'
import type { StreamRecord } from './StreamRecord'
import {
  audienceReportSchema,
  audienceSummarySchema,
  evidenceSchema,
  liveListSchema,
  publicationSchema,
  recordSchema,
  segmentListSchema,
} from './schemas'

/**
 * Writes a record as JSON, for the disk and for HTTP. A `bigint` becomes a decimal string; a key whose value is `undefined` is
 * left out. The decoders below check shapes and bounds, never signatures. They ignore unknown keys, because a newer relay may
 * write more keys.
 */
export const encode = (value: object): string => Json.stringify(value)

/** Like `JSON.parse`, but throws `MalformedError`. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new MalformedError({ noun: 'JSON document', facts: [`Begins with: ${text.slice(0, 80)}`] })
  }
}

/** `json` is the result of `JSON.parse`. Throws `MalformedError`. */
export const decodeRecord = (json: unknown): StreamRecord => {
  const { source, end, ...record } = decode('stream record', { json, schema: recordSchema })
  return { ...record, source, end }
}

/** `json` is the result of `JSON.parse`. Throws `MalformedError`. */
export const decodePublication = (json: unknown): Publication =>
  decode('publication', { json, schema: publicationSchema })

/**
 * `json` is the result of `JSON.parse`. Throws `MalformedError` if `json` has the wrong form, if a segment or a part belongs to another
 * stream, or if the segments or the parts are out of order.
 */
export function decodeSegmentList(json: unknown): SegmentList {
  const { end, parts = [], ...list } = decode('segment list', { json, schema: segmentListSchema })
  for (const [index, segment] of list.segments.entries()) {
    const previous = list.segments[index - 1]
    if (segment.streamId !== list.streamId || (previous && previous.sequenceNumber >= segment.sequenceNumber))
      throw new MalformedError({ noun: 'segment list', facts: [`segments.${index}: foreign or out of order`] })
  }
  const last = list.segments.at(-1)?.sequenceNumber ?? -1n
  for (const [index, part] of parts.entries()) {
    const isNext = index === 0 ? part.sequenceNumber > last : follows(part, parts[index - 1] as Part.Part)
    if (part.streamId !== list.streamId || !isNext)
      throw new MalformedError({ noun: 'segment list', facts: [`parts.${index}: foreign or out of order`] })
  }
  return { ...list, parts, end }
}

const follows = (part: Part.Part, before: Part.Part): boolean =>
  part.sequenceNumber === before.sequenceNumber && part.index === before.index + 1

/** `json` is the result of `JSON.parse`. Throws `MalformedError`. */
export const decodeEvidence = (json: unknown): Evidence => {
  const { preceding, ...evidence } = decode('evidence', { json, schema: evidenceSchema })
  return { ...evidence, preceding }
}

/** `json` is the result of `JSON.parse`. Throws `MalformedError`. */
export const decodeAudienceReport = (json: unknown): AudienceReport =>
  decode('report of a viewer', { json, schema: audienceReportSchema })

/** `json` is the result of `JSON.parse`. Throws `MalformedError`. */
export const decodeAudienceSummary = (json: unknown): AudienceSummary =>
  decode('summary of viewers', { json, schema: audienceSummarySchema })

/** `json` is the result of `JSON.parse`. Throws `MalformedError`. */
export const decodeLiveList = (json: unknown): LiveList =>
  decode('list of live streams', { json, schema: liveListSchema })

/** The output of `schema` for `json`, which is the result of `JSON.parse`. Throws `MalformedError`. */
export function decode<Schema extends z.ZodMiniType>(
  noun: string,
  { json, schema }: { json: unknown; schema: Schema },
): z.output<Schema> {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const facts = result.error.issues.slice(0, 3).map(({ path, code }) => `${path.join('.') || noun}: ${code}`)
  throw new MalformedError({ noun, facts })
}

export class MalformedError extends ProtocolError {
  override readonly name = 'json.MalformedError'
  constructor({ noun, facts }: { noun: string; facts: readonly string[] }) {
    super(`This is not a valid ${noun}.`, { details: facts })
  }
}
