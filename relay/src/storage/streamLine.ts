import * as z from 'zod/mini'
import { decode, decodePublication, decodeRecord, encode } from '../records/json'
import type { Publication } from '../records/Publication'
import type { StreamRecord } from '../records/StreamRecord'
import type { LogLine } from './logLine'

/** The content of one line: the record of a stream after a change, or a published segment. */
export type StreamLine = { record: StreamRecord } | { segment: Publication }

/** The version of the format of new lines. Version 0 had the same entries, without versions and checksums. */
export const version = 1

export const encodeEntry: (line: StreamLine) => string = encode

/** Throws `MalformedError`. */
export function decodeEntry({ entry }: LogLine): StreamLine {
  const line = decode('line of a stream log', { json: entry, schema: lineSchema })
  return 'record' in line ? { record: decodeRecord(line.record) } : { segment: decodePublication(line.segment) }
}

const lineSchema = z.union([z.object({ record: z.looseObject({}) }), z.object({ segment: z.looseObject({}) })])
