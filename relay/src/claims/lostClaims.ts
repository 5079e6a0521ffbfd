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
 * not disclose the claim's segments. If the id of the restored claim begins with the prefix that is on chain, the restored claim
 * equals the claim on chain. A claim is not restored if some of its receipts are lost.
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
  const known = new Map(plannedClaims.map((claim) => [Claim.prefixOf(Claim.id(claim)), claim]))
  const found: Claim.Claim[] = []
  for (const [index, assigned] of assignments.entries()) {
    const newestFirst: Claim.Claim[] = []
    let { lastClaimPrefix: claimPrefix, lastSequenceNumber } = progress[index] as AssignmentProgress
    // Goes back from the newest claim under the Assignment to the first claim.
    while (claimPrefix !== Claim.noPrefix) {
      const earlier = [...known.values()].filter((claim) => lastOf(claim) < lastSequenceNumber)
      const claim =
        known.get(claimPrefix) ?? makeAgain({ ...history, assigned, earlier, claimPrefix, lastSequenceNumber })
      if (!claim) break
      if (!known.has(claimPrefix)) newestFirst.push(claim)
      known.set(claimPrefix, claim)
      lastSequenceNumber = firstOf(claim) - 1n
      claimPrefix = Claim.prefixOf(claim.previousClaimId)
    }
    found.push(...newestFirst.reverse())
  }
  return found
}

/**
 * Restores the claim whose id begins with this prefix. The claim comes after one of the `earlier` claims or is the first claim,
 * and contains work up to `lastSequenceNumber`. Returns `undefined` if there is no such claim.
 */
function makeAgain({
  assigned: { assignment },
  earlier,
  claimPrefix,
  lastSequenceNumber,
  work,
  options,
  domain,
}: History & {
  assigned: AcceptedAssignment
  earlier: readonly Claim.Claim[]
  claimPrefix: Hex
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
    if (Claim.prefixOf(Claim.id(claim)) === claimPrefix) return claim
  }
  return undefined
}

const firstOf = ({ ranges }: Claim.Claim) => ranges[0]?.first ?? 0n
const lastOf = ({ ranges }: Claim.Claim) => ranges.at(-1)?.last ?? 0n

export class LostClaimError extends ProtocolError {
  override readonly name = 'lostClaims.LostClaimError'
  /** `claimId`: the id of the claim, or its prefix. */
  constructor({ jobId, claimId }: { jobId: Hex; claimId: Hex }) {
    super(
      'The log of a job has lost a claim or some of its receipts: neither the claim nor later work under its Assignment can be proven.',
      {
        details: [`Job: ${jobId}`, `Claim: ${claimId}`],
      },
    )
  }
}
