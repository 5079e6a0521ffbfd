import jobs from '../../contracts/snapshots/144 transcoders.json'
import bonding from '../../contracts/snapshots/bonding, 144 transcoders.json'
import tenSegments from '../../contracts/snapshots/claim of 10 segments.json'
import hundredSegments from '../../contracts/snapshots/claim of 100 segments.json'
import firstClaim from '../../contracts/snapshots/job to first claim, 144 transcoders.json'

/** What every transaction costs before it does anything. A contract that sends many calls in one pays it once. */
const intrinsic = 21_000

// Sealing looks at each segment. The snapshots challenge one in five, so this is a little more than mainnet's.
const sealPerSegment =
  (Number(hundredSegments['sealChallenges, 1 in 5']) - Number(tenSegments['sealChallenges, 1 in 5'])) / 90

/** Gas by step, from the committed snapshots of whole transactions in a pool of 144. */
export const gas = {
  reward: Number(bonding.reward),
  /** A delegator's shared fees. */
  withdrawSharedFees: Number(bonding['withdrawFees, 10 rounds']),
  /** Posting a job to see who is drawn, and taking its reserve back. Many go in one transaction; looking is free. */
  attempt: Number(firstClaim.job) - intrinsic + Number(jobs.releaseReserve) - intrinsic,
  /** What the first claim of a job, which draws its candidates, costs beyond the later ones. */
  firstClaim: Number(firstClaim['claimWork, draws']) - Number(hundredSegments['claimWork, next']),
  /** Of one claim, whatever its size: claimed, sealed, distributed. */
  claim:
    Number(hundredSegments['claimWork, next']) +
    Number(tenSegments['sealChallenges, 1 in 5']) -
    10 * sealPerSegment +
    Number(hundredSegments.distributeFees),
  sealPerSegment,
  verify: Number(hundredSegments.verify),
  withdrawFees: Number(hundredSegments.withdrawFees),
} as const

/** `SegmentRanges.MAX_SEGMENTS` */
export const maxSegmentsPerClaim = 2_048
/** `MerkleTree.MAX_DURATION_MS` */
export const maxSegmentSeconds = 6

/** Of all claims that hold so many segments. */
export const claimsGas = (
  { claims, segments }: { claims: number; segments: number },
  verificationRate: number,
): number => claims * gas.claim + segments * (gas.sealPerSegment + verificationRate * gas.verify)
