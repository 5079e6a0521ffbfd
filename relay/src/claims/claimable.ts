import { Claim, type TranscodingOptions } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { AcceptedAssignment } from '../records/AcceptedAssignment'
import { provable } from '../records/provable'

/** An Assignment on chain, and how much of the work under the Assignment is claimed. */
export type AssignmentProgress = {
  /** Whether the chain knows the Assignment, from `showAssignment` or from a claim. */
  shown: boolean
  /** The prefix (`Claim.prefixOf`) of the id of the last claim under the Assignment; `Claim.noPrefix` before the first claim. */
  lastClaimPrefix: Hex
  lastSequenceNumber: bigint
  claimedMs: bigint
  /** First sequence number that is known to belong to a succeeding transcoder; 2^64 - 1 when no successor is known. */
  handoverAfter: bigint
}

/** One Assignment, its progress on chain, and the unclaimed work under the Assignment. */
export type Unclaimed = { assigned: AcceptedAssignment; progress: AssignmentProgress; work: readonly Claim.Work[] }

/**
 * Returns, for each Assignment, the work that can still be claimed: the segments after the claimed work and before a successor's
 * first sequence number, without the segments that another transcoder has claimed. Leaves out receipts that could not be disclosed,
 * because their quantisers do not follow from the previous receipt of the claim, or because the log has lost the previous claim or
 * some of its receipts.
 */
export function unclaimed({
  assignments,
  progress,
  work,
  claimedByOthers,
  options,
  isHeld,
}: {
  assignments: readonly AcceptedAssignment[]
  /** The progress of each of `assignments`. */
  progress: readonly AssignmentProgress[]
  /** All work of the job, in the order of sequence numbers. */
  work: readonly Claim.Work[]
  claimedByOthers: ReadonlySet<bigint>
  options: TranscodingOptions.TranscodingOptions
  /** Whether the log holds a claim of ours, and all of its receipts. */
  isHeld(claimPrefix: Hex): boolean
}): Unclaimed[] {
  return assignments.flatMap((assigned, index) => {
    const current = progress[index]
    if (!current) return []
    const first = assigned.assignment.fromSequence
    const end = min(assignments[index + 1]?.assignment.fromSequence, current.handoverAfter)
    const hasClaim = current.lastClaimPrefix !== Claim.noPrefix
    // The disclosure of the next claim's first segment needs all receipts of the previous claim.
    if (hasClaim && !isHeld(current.lastClaimPrefix)) return [{ assigned, progress: current, work: [] }]
    const preceding = hasClaim ? work.find((done) => numberOf(done) === current.lastSequenceNumber) : undefined
    const open = work.filter((done) => {
      const number = numberOf(done)
      const isClaimed = claimedByOthers.has(number) || (hasClaim && number <= current.lastSequenceNumber)
      return number >= first && number < end && !isClaimed
    })
    return [{ assigned, progress: current, work: provable(open, { preceding, options }) }]
  })
}

/** Wei per unit, and units per second. */
export type Terms = { pricePerUnit: bigint; unitsPerSecond: bigint }

/** The first segments of `work` that fit into one claim now. A stream with many gaps is claimed in several claims. */
export function claimNow(
  work: readonly Claim.Work[],
  { terms, payable, maxDurationMs }: { terms: Terms; payable: bigint; maxDurationMs: bigint },
): Claim.Work[] {
  let durationMs = 0n
  let ranges = 0
  let last: bigint | undefined
  const fitting: Claim.Work[] = []
  for (const next of work.slice(0, Claim.maxSegments)) {
    const number = numberOf(next)
    durationMs += BigInt(next.segment.durationMs)
    if (last === undefined || number !== last + 1n) ranges++
    last = number
    if (durationMs > maxDurationMs || ranges > Claim.maxRanges || Claim.fees({ ...terms, durationMs }) > payable) break
    fitting.push(next)
  }
  return fitting
}

export const durationOf = (work: readonly Claim.Work[]): bigint =>
  work.reduce((durationMs, { segment }) => durationMs + BigInt(segment.durationMs), 0n)

/** Why work is claimed now: the stream has ended, the stream is silent, or too much work is unclaimed (`reserve`, `many`). */
export type Reason = 'ended' | 'silent' | 'reserve' | 'many'

/** The reason to claim now. `undefined`: wait, and claim this work later together with more work. Fees and reserve in wei. */
export function reasonToClaim({
  segments,
  fees,
  reserve,
  isOver,
  quietMs,
}: {
  segments: number
  /** Fees of the unclaimed segments. */
  fees: bigint
  /** The largest sum of fees that we can still claim from the job (`JobFacts.reserve`). */
  reserve: bigint
  /** Whether the stream or the job has ended. */
  isOver: boolean
  /** Time since the last segment, in milliseconds. */
  quietMs: number
}): Reason | undefined {
  if (segments === 0) return undefined
  if (isOver) return 'ended'
  if (quietMs >= silenceMs) return 'silent'
  if (fees * 2n >= reserve) return 'reserve'
  return segments * 2 >= Claim.maxSegments ? 'many' : undefined
}

/**
 * A stream counts as silent after this time without a segment (decision 053). Until then, its broadcaster often comes back, and one claim for
 * all its work costs less gas than two.
 */
export const silenceMs = 30_000

const numberOf = ({ segment }: Claim.Work) => segment.sequenceNumber
const min = (a: bigint | undefined, b: bigint) => (a !== undefined && a < b ? a : b)
