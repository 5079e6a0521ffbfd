import {
  type Acceptance,
  type Assignment,
  Cheque,
  type Claim,
  type KeyServer,
  Part,
  type Recipe,
  Segment,
  StreamCover,
  type StreamEnd,
  type StreamListing,
  type StreamPrice,
  type TranscodeReceipt,
  type TranscodingOptions,
} from '@lp/contracts/protocol'
import * as z from 'zod/mini'
import { type AudienceReport, maxLatencyMs, maxStalls } from './AudienceSummary'
import { address, bytes32, pixels, signature, uint64, uint256, whole } from './fields'
import { maxLiveEntries } from './LiveList'
import type { Publication } from './Publication'
import { maxKeyServers } from './Sale'
import { maxSegments } from './SegmentList'

/** The largest number of renditions in a record. This limit protects the memory of the reader. */
const maxRenditions = 16

const segmentShape = {
  streamId: bytes32,
  sequenceNumber: uint64,
  startTimeMs: uint64,
  durationMs: z.int().check(z.minimum(1), z.maximum(Segment.maxDurationMs)),
  dataHash: bytes32,
  signature,
}

export const publicationSchema = z.object({
  ...segmentShape,
  byteLength: whole(Segment.maxPayloadBytes),
}) satisfies z.ZodMiniType<Publication>

export const partSchema = z.object({
  streamId: bytes32,
  sequenceNumber: uint64,
  startTimeMs: uint64,
  index: whole(Part.maxPerSegment - 1),
  length: whole(Segment.maxPayloadBytes),
  durationMs: whole(Segment.maxDurationMs),
  prefixHash: bytes32,
  signature,
}) satisfies z.ZodMiniType<Part.Part>

export const acceptanceSchema = z.object({
  jobId: bytes32,
  streamId: bytes32,
  renditionKey: address,
  fromSequence: uint64,
  signature,
}) satisfies z.ZodMiniType<Acceptance.Acceptance>

export const assignmentSchema = z.object({
  jobId: bytes32,
  streamId: bytes32,
  transcoder: address,
  renditionKey: address,
  fromSequence: uint64,
  signature,
}) satisfies z.ZodMiniType<Assignment.Assignment>

export const endSchema = z.object({
  streamId: bytes32,
  lastSequenceNumber: uint64,
  signature,
}) satisfies z.ZodMiniType<StreamEnd.StreamEnd>

const stateSchema = z.enum(['live', 'silent', 'ended'])

// Checks only shapes. The code that reads the job checks that the options are valid and belong to the job.
export const optionsSchema = z.object({
  width: pixels,
  height: pixels,
  fps: whole(255),
  renditions: z.array(z.object({ height: pixels, bitrate: whole(2 ** 32 - 1) })).check(z.maxLength(maxRenditions)),
}) satisfies z.ZodMiniType<TranscodingOptions.TranscodingOptions>

const saleSchema = z.object({
  price: z.object({
    ...{ streamId: bytes32, beneficiary: address, weiPerSegment: uint256, signature },
  }) satisfies z.ZodMiniType<StreamPrice.StreamPrice>,
  servers: z
    .array(
      z.object({
        ...{ streamId: bytes32, server: address, splitBps: whole(Cheque.maxBps), until: uint64, signature },
      }) satisfies z.ZodMiniType<KeyServer.KeyServer>,
    )
    .check(z.maxLength(maxKeyServers)),
})

// Checks only the lengths. `StreamCover.verify` checks the characters, the picture and the signature.
const coverSchema = z.object({
  streamId: bytes32,
  title: z.string().check(z.maxLength(2 * StreamCover.maxTitleLength)),
  poster: z.string().check(z.maxLength(2 * StreamCover.maxPosterBytes)),
  signature,
}) satisfies z.ZodMiniType<StreamCover.StreamCover>

export const liveListSchema = z.object({
  streams: z
    .array(
      z.object({
        listing: z.object({
          ...{ streamId: bytes32, jobId: bytes32, startedAtMs: uint64, isListed: z.boolean(), signedAtMs: uint64 },
          signature,
        }) satisfies z.ZodMiniType<StreamListing.StreamListing>,
        cover: z.optional(coverSchema),
        viewers: z.optional(whole(2 ** 32 - 1)),
      }),
    )
    .check(z.maxLength(maxLiveEntries)),
})

export const recordSchema = z.object({
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
      // No quotes and no line breaks, because playlists write the codecs between quotes.
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
  sale: z.optional(saleSchema),
  cover: z.optional(coverSchema),
  state: stateSchema,
  end: z.optional(endSchema),
})

export const segmentListSchema = z.object({
  streamId: bytes32,
  segments: z.array(publicationSchema).check(z.maxLength(maxSegments)),
  parts: z.optional(z.array(partSchema).check(z.maxLength(Part.maxPerSegment))),
  state: stateSchema,
  end: z.optional(endSchema),
})

const spreadSchema = (maximum: number) => {
  const figure = whole(maximum)
  return z.optional(z.object({ min: figure, median: figure, max: figure }))
}

export const audienceSummarySchema = z.object({
  viewers: whole(2 ** 32 - 1),
  latencyMs: spreadSchema(maxLatencyMs),
  stalls: spreadSchema(maxStalls),
})

export const audienceReportSchema = z.object({
  viewer: z.string().check(z.regex(/^[0-9a-f]{16}$/)),
  latencyMs: z.optional(whole(maxLatencyMs)),
  stalls: whole(maxStalls),
}) satisfies z.ZodMiniType<AudienceReport>

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

export const workSchema = z.object({
  receipt: receiptSchema,
  segment: z.object(segmentShape),
  outputs: z.array(outputSchema).check(z.maxLength(maxRenditions)),
}) satisfies z.ZodMiniType<Claim.Work>

export const evidenceSchema = z.object({
  options: optionsSchema,
  assignment: assignmentSchema,
  work: workSchema,
  preceding: z.optional(workSchema),
})
