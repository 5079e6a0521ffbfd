import { Claim, type Part, Recipe, type StreamEnd } from '@lp/contracts/protocol'
import * as z from 'zod/mini'
import type { AcceptedAssignment } from '../records/AcceptedAssignment'
import type { DrawnJob } from '../records/DrawnJob'
import { address, bytes32, uint64, uint256, whole } from '../records/fields'
import { decode, encode, MalformedError } from '../records/json'
import {
  acceptanceSchema,
  assignmentSchema,
  endSchema,
  optionsSchema,
  partSchema,
  workSchema,
} from '../records/schemas'
import type { LogLine } from '../storage/logLine'

/** One line of a job's log: a new fact about the job. */
export type JobLogLine =
  | { drawn: DrawnJob }
  | { assigned: AcceptedAssignment }
  | {
      transcoded: Claim.Work
      /**
       * The first sequence number of the Assignment under which the segment was transcoded. Lines of version 0 do not have this
       * field.
       */
      fromSequence?: bigint | undefined
    }
  | { planned: Claim.Claim }
  | { ended: StreamEnd.StreamEnd }
  /** A part of the source. From this part, the relay makes and publishes parts of the renditions. Versions 0 and 1 had no such line. */
  | { begun: Part.Part }

/** The version of the format of new lines. Version 0 had neither versions nor checksums. Version 1 had no `begun`. */
export const version = 2

export const encodeEntry: (line: JobLogLine) => string = encode

/** Throws `MalformedError`. */
export function decodeEntry({ version, entry }: LogLine): JobLogLine {
  const line = version === 0 ? decodeVersion0(entry) : decode('line of a job log', { json: entry, schema: lineSchema })
  if ('transcoded' in line) checkReceipt(line.transcoded)
  if ('planned' in line) checkRanges(line.planned)
  return line
}

/** Decodes a line of version 0, which has the same content, but other field names. */
function decodeVersion0(json: unknown): JobLogLine {
  const line = decode('line of an old job log', { json, schema: lineSchemaVersion0 })
  if ('drawn' in line) return line
  if ('given' in line) return { assigned: line.given }
  if ('plan' in line) return { planned: line.plan }
  if ('end' in line) return { ended: line.end }
  return { transcoded: line }
}

/**
 * Refuses a receipt that contradicts its segment or its outputs, because the transcoder could not prove a claim that contains
 * this receipt.
 */
function checkReceipt({ receipt, segment, outputs }: Claim.Work): void {
  const isCoherent =
    receipt.streamId === segment.streamId &&
    receipt.sequenceNumber === segment.sequenceNumber &&
    receipt.dataHash === segment.dataHash &&
    receipt.broadcasterSignature === segment.signature &&
    receipt.transcodedDataHash === Recipe.transcodedDataHash(outputs)
  if (!isCoherent) throw new MalformedError({ noun: 'receipt of its segment', facts: [] })
}

/** Refuses ranges with more segments than the contracts accept, because such ranges could fill the memory. */
function checkRanges({ ranges }: Claim.Claim): void {
  const segments = ranges.reduce(
    (sum, { first, last }) => (last < first ? Number.NaN : sum + Number(last - first) + 1),
    0,
  )
  if (!(segments <= Claim.maxSegments)) throw new MalformedError({ noun: 'claim', facts: [`Segments: ${segments}`] })
}

const drawnSchema = z.object({
  job: z.object({
    jobId: bytes32,
    streamId: bytes32,
    broadcaster: address,
    optionsHash: bytes32,
    pricePerUnit: uint256,
    unitsPerSecond: uint256,
    jobBlock: uint256,
    endBlock: uint256,
    over: z.boolean(),
  }),
  options: optionsSchema,
  priority: whole(2 ** 32 - 1),
}) satisfies z.ZodMiniType<DrawnJob>

const assignedSchema = z.object({
  acceptance: acceptanceSchema,
  assignment: assignmentSchema,
}) satisfies z.ZodMiniType<AcceptedAssignment>

const claimSchema = z.object({
  jobId: bytes32,
  transcoder: address,
  renditionKey: address,
  fromSequence: uint64,
  previousClaimId: bytes32,
  ranges: z.array(z.object({ first: uint64, last: uint64 })),
  durationMs: uint64,
  merkleRoot: bytes32,
}) satisfies z.ZodMiniType<Claim.Claim>

const lineSchema = z.union([
  z.object({ transcoded: workSchema, fromSequence: z.optional(uint64) }),
  z.object({ drawn: drawnSchema }),
  z.object({ assigned: assignedSchema }),
  z.object({ planned: claimSchema }),
  z.object({ ended: endSchema }),
  z.object({ begun: partSchema }),
])

const lineSchemaVersion0 = z.union([
  workSchema,
  z.object({ drawn: drawnSchema }),
  z.object({ given: assignedSchema }),
  z.object({ plan: claimSchema }),
  z.object({ end: endSchema }),
])
