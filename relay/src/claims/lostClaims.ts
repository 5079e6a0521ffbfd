import { Claim, ProtocolError, type TranscodingOptions, type typedData } from '@lp/contracts/protocol'
import { type Hex, zeroHash } from 'viem'
import type { AcceptedAssignment } from '../records/AcceptedAssignment'
import { provable } from '../records/provable'
import type { AssignmentProgress } from './claimable'

type History = {
  /** All work of the job, in the order of sequence numbers. */
  work: readonly Claim.Work[]
  options: TranscodingOptions.TranscodingOptions
  domain: typedData.Domain
}

/**
 * Restores lost claims from the receipts. A lost claim is on chain, but not in the log. Without the claim the transcoder could
 * not disclose the claim's segments. If the restored claim has the id of the claim on chain, the two are equal. Leaves out a
 * claim whose receipts are lost, too.
 */
export function lostClaims({
  assignments,
  progress,
  plannedClaims,
  ...history
}: History & {
  assignments: readonly AcceptedAssignment[]
  /** The progress of each of `assignments`. */
  progress: readonly AssignmentProgress[]
  plannedClaims: readonly Claim.Claim[]
}): Claim.Claim[] {
  const known = new Map(plannedClaims.map((claim) => [Claim.id(claim), claim]))
  const found: Claim.Claim[] = []
  for (const [index, assigned] of assignments.entries()) {
    const newestFirst: Claim.Claim[] = []
    let { lastClaimId: claimId, lastSequenceNumber } = progress[index] as AssignmentProgress
    // Goes back from the newest claim under the Assignment to the first claim.
    while (claimId !== zeroHash) {
      const earlier = [...known.values()].filter((claim) => lastOf(claim) < lastSequenceNumber)
      const claim = known.get(claimId) ?? makeAgain({ ...history, assigned, earlier, claimId, lastSequenceNumber })
      if (!claim) break
      if (!known.has(claimId)) newestFirst.push(claim)
      known.set(claimId, claim)
      lastSequenceNumber = firstOf(claim) - 1n
      claimId = claim.previousClaimId
    }
    found.push(...newestFirst.reverse())
  }
  return found
}

/**
 * Restores the claim with this id. The claim comes after one of the `earlier` claims or is the first claim, and contains work up
 * to `lastSequenceNumber`. Returns `undefined` if no claim has this id.
 */
function makeAgain({
  assigned: { assignment },
  earlier,
  claimId,
  lastSequenceNumber,
  work,
  options,
  domain,
}: History & {
  assigned: AcceptedAssignment
  earlier: readonly Claim.Claim[]
  claimId: Hex
  lastSequenceNumber: bigint
}): Claim.Claim | undefined {
  const { fromSequence } = assignment
  const before = earlier.filter((claim) => claim.fromSequence === fromSequence)
  for (const previous of [...before.reverse(), undefined]) {
    const first = previous ? lastOf(previous) + 1n : fromSequence
    const preceding = previous && work.find(({ segment }) => segment.sequenceNumber === lastOf(previous))
    const within = work.filter(
      ({ segment: { sequenceNumber } }) => sequenceNumber >= first && sequenceNumber <= lastSequenceNumber,
    )
    const claimed = provable(within, { preceding, options })
    if (claimed.length === 0 || !Claim.isWithinLimits(claimed)) continue
    const previousClaimId = previous ? Claim.id(previous) : zeroHash
    const { claim } = Claim.create({ assignment, previousClaimId, work: claimed, domain })
    if (Claim.id(claim) === claimId) return claim
  }
  return undefined
}

const firstOf = ({ ranges }: Claim.Claim) => ranges[0]?.first ?? 0n
const lastOf = ({ ranges }: Claim.Claim) => ranges.at(-1)?.last ?? 0n

export class LostClaimError extends ProtocolError {
  override readonly name = 'lostClaims.LostClaimError'
  constructor({ jobId, claimId }: { jobId: Hex; claimId: Hex }) {
    super(
      'The log of a job has lost a claim, or receipts of it: neither the claim nor later work under its assignment can be proven.',
      {
        details: [`Job: ${jobId}`, `Claim: ${claimId}`],
      },
    )
  }
}
