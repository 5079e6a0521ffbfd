import { Claim, ClaimState } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { ClaimStanding } from './JobClaims'

/**
 * Hashes of a job's payloads that must stay on disk: a verifier may still fetch them for a verdict. The payloads of an open claim stay. The
 * payloads of a claim that will never be paid (`ClaimState.isLost`) stay until the verdict deadline of this claim. The payloads of
 * unclaimed work stay until the claim deadline.
 */
export function heldPayloads({
  work,
  claims,
  block,
  claimDeadline,
}: {
  work: readonly Claim.Work[]
  claims: readonly ClaimStanding[]
  block: bigint
  /** `undefined` before the chain was read. */
  claimDeadline: bigint | undefined
}): Hex[] {
  const [open, done] = [new Set<bigint>(), new Set<bigint>()]
  for (const { claim, state, record } of claims) {
    const isDone = state === 'paid' || (ClaimState.isLost(state) && block >= record.verdictDeadline)
    for (const number of Claim.sequenceNumbers(claim)) (isDone ? done : open).add(number)
  }
  const isTooLate = claimDeadline !== undefined && block >= claimDeadline
  const isHeld = (number: bigint) => (isTooLate ? open.has(number) : !done.has(number))
  return work
    .filter(({ segment }) => isHeld(segment.sequenceNumber))
    .flatMap(({ segment, outputs }) => [segment.dataHash, ...outputs.map(({ dataHash }) => dataHash)])
}
