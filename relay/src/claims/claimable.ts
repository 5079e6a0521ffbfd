import { Claim, type TranscodingOptions } from '@lp/contracts/protocol'
import { type Hex, zeroHash } from 'viem'
import type { Entry, Given } from '../jobs/JobLog'
import { quantisers } from '../transcoder/quantisers'

/** What the chain says of one Assignment. */
export type Standing = {
  /** Whether it was shown, by itself or with a claim. */
  shown: boolean
  /** `zeroHash` before the first claim under it. */
  lastClaimId: Hex
  lastSequenceNumber: bigint
  claimedMs: bigint
  /** First number that is known to be given to a successor; 2^64 - 1 when none is known. */
  handoverAfter: bigint
}

/** One Assignment, where it stands, and the work under it that nobody has claimed. */
export type Unclaimed = { given: Given; standing: Standing; work: readonly Entry[] }

/**
 * The work under each Assignment that can still be claimed: after what is claimed, before what was handed on, without the
 * numbers in `taken`, which others have claimed. A receipt whose quantisers do not follow from the one that would be before
 * it in the claim is left out, because nobody could disclose it.
 */
export function unclaimed({
  given,
  standings,
  entries,
  taken,
  options,
}: {
  given: readonly Given[]
  /** One for each of `given`. */
  standings: readonly Standing[]
  entries: readonly Entry[]
  taken: ReadonlySet<bigint>
  options: TranscodingOptions.TranscodingOptions
}): Unclaimed[] {
  return given.flatMap((one, index) => {
    const standing = standings[index]
    if (!standing) return []
    const first = one.assignment.fromSequence
    const end = min(given[index + 1]?.assignment.fromSequence, standing.handoverAfter)
    const isNext = standing.lastClaimId !== zeroHash
    let before = isNext ? entries.find((entry) => numberOf(entry) === standing.lastSequenceNumber) : undefined
    const work: Entry[] = []
    for (const entry of entries) {
      const number = numberOf(entry)
      if (number < first || number >= end || taken.has(number)) continue
      if (isNext && number <= standing.lastSequenceNumber) continue
      const due = quantisers(before, options)
      if (entry.outputs.some(({ qp }, place) => qp !== due[place])) continue
      work.push(entry)
      before = entry
    }
    return [{ given: one, standing, work }]
  })
}

/** Wei for a unit, and units of a second. */
export type Terms = { pricePerUnit: bigint; unitsPerSecond: bigint }

/** As many of `work`, from its beginning, as one claim may hold now. */
export function claimNow(
  work: readonly Entry[],
  { terms, payable, maxDurationMs }: { terms: Terms; payable: bigint; maxDurationMs: bigint },
): Entry[] {
  let durationMs = 0n
  let ranges = 0
  let last: bigint | undefined
  const taken: Entry[] = []
  for (const entry of work.slice(0, Claim.maxSegments)) {
    const number = numberOf(entry)
    durationMs += BigInt(entry.segment.durationMs)
    if (last === undefined || number !== last + 1n) ranges++
    last = number
    if (durationMs > maxDurationMs || ranges > maxRanges || Claim.fees({ ...terms, durationMs }) > payable) break
    taken.push(entry)
  }
  return taken
}

/** Each range is a storage slot of the contract: a stream of gaps is claimed in several claims. */
const maxRanges = 64

export const durationOf = (work: readonly Entry[]): bigint =>
  work.reduce((durationMs, { segment }) => durationMs + BigInt(segment.durationMs), 0n)

/** Why work is claimed now: the stream is over, or silent, or this much should not stay unclaimed. */
export type Reason = 'ended' | 'silent' | 'reserve' | 'many'

/** `undefined` while it is better to wait for more work to claim together. Fees and reserve in wei. */
export function reasonToClaim({
  segments,
  fees,
  reserve,
  isOver,
  quietMs,
}: {
  segments: number
  /** Of the unclaimed segments. */
  fees: bigint
  /** What the job still holds for us, whatever its broadcaster withdraws. */
  reserve: bigint
  /** The stream or the job has ended. */
  isOver: boolean
  /** Since the last segment. */
  quietMs: number
}): Reason | undefined {
  if (segments === 0) return undefined
  if (isOver) return 'ended'
  if (quietMs >= silenceMs) return 'silent'
  if (fees * 2n >= reserve) return 'reserve'
  return segments * 2 >= Claim.maxSegments ? 'many' : undefined
}

/** A stream without a segment for so long has ended, until the next one comes. */
export const silenceMs = 10_000

const numberOf = ({ segment }: Entry) => segment.sequenceNumber
const min = (a: bigint | undefined, b: bigint) => (a !== undefined && a < b ? a : b)
