import {
  type Acceptance,
  type Assignment,
  type Claim,
  ProtocolError,
  type Recipe,
  Segment,
  type StreamEnd,
  type TranscodeReceipt,
  type TranscodingOptions,
} from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import * as z from 'zod/mini'
import type { Evidence } from './Evidence'
import type { Publication } from './Publication'
import type { SegmentList } from './SegmentList'
import type { StreamRecord } from './StreamRecord'

/**
 * The nouns of this room as JSON, on disk and over HTTP: `bigint` is a decimal string, `undefined` is absent. Decoding
 * checks shapes and bounds, never signatures; unknown keys are ignored, so that an older reader lives with a newer relay.
 */
export const encode = (value: StreamRecord | Publication | SegmentList | Evidence): string =>
  JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? field.toString() : field))

/** Throws `MalformedError` where `JSON.parse` throws. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new MalformedError({ noun: 'JSON document', facts: [`Begins with: ${text.slice(0, 80)}`] })
  }
}

/** `json` is what `JSON.parse` gave. Throws `MalformedError`. */
export const decodeRecord = (json: unknown): StreamRecord => {
  const { source, end, ...record } = decode('stream record', { json, schema: recordSchema })
  return { ...record, source, end }
}

/** `json` is what `JSON.parse` gave. Throws `MalformedError`. */
export const decodePublication = (json: unknown): Publication =>
  decode('publication', { json, schema: publicationSchema })

/** `json` is what `JSON.parse` gave. Throws `MalformedError`, also when a segment is of another stream or out of order. */
export function decodeSegmentList(json: unknown): SegmentList {
  const { end, ...list } = decode('segment list', { json, schema: segmentListSchema })
  for (const [index, segment] of list.segments.entries()) {
    const previous = list.segments[index - 1]
    if (segment.streamId !== list.streamId || (previous && previous.sequenceNumber >= segment.sequenceNumber))
      throw new MalformedError({ noun: 'segment list', facts: [`segments.${index}: foreign or out of order`] })
  }
  return { ...list, end }
}

/** `json` is what `JSON.parse` gave. Throws `MalformedError`. */
export const decodeEvidence = (json: unknown): Evidence => {
  const { preceding, ...evidence } = decode('evidence', { json, schema: evidenceSchema })
  return { ...evidence, preceding }
}

/** No ladder is longer; a longer one is somebody filling our memory. */
const maxRenditions = 16
/** More than any relay sends in one answer. */
export const maxSegments = 1_000

const hex = (bytes: number) =>
  z.pipe(
    z.string().check(z.regex(new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`))),
    z.transform((value) => value.toLowerCase() as Hex),
  )
const bytes32 = hex(32)
const signature = hex(65)
// Addresses keep their checksum: equality is `isAddressEqual`'s business.
const address = z.pipe(
  z.string().check(z.regex(/^0x[0-9a-fA-F]{40}$/)),
  z.transform((value) => value as Hex),
)
const uint64 = z.pipe(
  z.string().check(z.refine((value) => /^(0|[1-9][0-9]{0,19})$/.test(value) && BigInt(value) < 2n ** 64n)),
  z.transform((value) => BigInt(value)),
)
const whole = (maximum: number) => z.int().check(z.minimum(0), z.maximum(maximum))
const pixels = whole(16_384)

const segmentShape = {
  streamId: bytes32,
  sequenceNumber: uint64,
  startTimeMs: uint64,
  durationMs: z.int().check(z.minimum(1), z.maximum(Segment.maxDurationMs)),
  dataHash: bytes32,
  signature,
}

const publicationSchema = z.object({
  ...segmentShape,
  byteLength: whole(Segment.maxPayloadBytes),
}) satisfies z.ZodMiniType<Publication>

const acceptanceSchema = z.object({
  jobId: bytes32,
  streamId: bytes32,
  renditionKey: address,
  fromSequence: uint64,
  signature,
}) satisfies z.ZodMiniType<Acceptance.Acceptance>

const assignmentSchema = z.object({
  jobId: bytes32,
  streamId: bytes32,
  transcoder: address,
  renditionKey: address,
  fromSequence: uint64,
  signature,
}) satisfies z.ZodMiniType<Assignment.Assignment>

const endSchema = z.object({
  streamId: bytes32,
  lastSequenceNumber: uint64,
  signature,
}) satisfies z.ZodMiniType<StreamEnd.StreamEnd>

const stateSchema = z.enum(['live', 'silent', 'ended'])

// Shapes only: whether these options are the job's, and valid, is for whoever holds the job to say.
const optionsSchema = z.object({
  width: pixels,
  height: pixels,
  fps: whole(255),
  renditions: z.array(z.object({ height: pixels, bitrate: whole(2 ** 32 - 1) })).check(z.maxLength(maxRenditions)),
}) satisfies z.ZodMiniType<TranscodingOptions.TranscodingOptions>

const recordSchema = z.object({
  streamId: bytes32,
  jobId: bytes32,
  transcoder: address,
  options: optionsSchema,
  acceptance: acceptanceSchema,
  assignment: assignmentSchema,
  source: z.optional(
    z.object({
      width: pixels,
      height: pixels,
      hasVideo: z.boolean(),
      hasAudio: z.boolean(),
      // It ends up between quotes in playlists.
      codecs: z.string().check(z.regex(/^[A-Za-z0-9.,-]{0,128}$/)),
    }),
  ),
  renditions: z
    .array(
      z.object({
        streamId: bytes32,
        width: pixels,
        height: pixels,
        bitrate: whole(2 ** 32 - 1),
      }),
    )
    .check(z.maxLength(maxRenditions)),
  state: stateSchema,
  end: z.optional(endSchema),
})

const segmentListSchema = z.object({
  streamId: bytes32,
  segments: z.array(publicationSchema).check(z.maxLength(maxSegments)),
  state: stateSchema,
  end: z.optional(endSchema),
})

const outputSchema = z.object({
  dataHash: bytes32,
  canonicalHash: bytes32,
  qp: whole(255),
  bits: whole(2 ** 32 - 1),
}) satisfies z.ZodMiniType<Recipe.Output>

const receiptSchema = z.object({
  jobId: bytes32,
  streamId: bytes32,
  sequenceNumber: uint64,
  dataHash: bytes32,
  transcodedDataHash: bytes32,
  broadcasterSignature: signature,
  signature,
}) satisfies z.ZodMiniType<TranscodeReceipt.TranscodeReceipt>

const workSchema = z.object({
  receipt: receiptSchema,
  segment: z.object(segmentShape),
  outputs: z.array(outputSchema).check(z.maxLength(maxRenditions)),
}) satisfies z.ZodMiniType<Claim.Work>

const evidenceSchema = z.object({
  options: optionsSchema,
  assignment: assignmentSchema,
  work: workSchema,
  preceding: z.optional(workSchema),
})

function decode<Schema extends z.ZodMiniType>(
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
    super(`This is no ${noun}.`, { details: facts })
  }
}
