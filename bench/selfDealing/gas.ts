import jobs from '../../contracts/snapshots/144 transcoders.json'
import bonding from '../../contracts/snapshots/bonding, 144 transcoders.json'
import tenSegments from '../../contracts/snapshots/claim of 10 segments.json'
import hundredSegments from '../../contracts/snapshots/claim of 100 segments.json'
import firstClaim from '../../contracts/snapshots/job to first claim, 144 transcoders.json'

/** The gas of an empty transaction. A self-dealer can use a contract that makes many calls in one transaction, and then pays this gas only once. */
const intrinsic = 21_000

// The gas of sealing for each segment of a claim. Sealing draws the segments to verify. In the snapshots, it draws one segment in five. On
// mainnet, it draws one segment in 500, so the gas here is a little too high.
const sealPerSegment =
  (Number(hundredSegments['sealChallenges, 1 in 5']) - Number(tenSegments['sealChallenges, 1 in 5'])) / 90

/** Gas by step, from the committed snapshots of whole transactions in a pool of 144 transcoders. */
export const gas = {
  reward: Number(bonding.reward),
  /** A delegator withdraws its shared fees of 10 rounds. */
  withdrawSharedFees: Number(bonding['withdrawFees, 10 rounds']),
  /**
   * One attempt to be drawn: posting a job and releasing its reserve. One transaction can make many attempts, so the gas of an empty
   * transaction is not included. Reading the draw costs no gas.
   */
  attempt: Number(firstClaim.job) - intrinsic + Number(jobs.releaseReserve) - intrinsic,
  /** The gas of a job's first claim minus the gas of a later claim. The first claim records the draw. */
  firstClaim: Number(firstClaim['claimWork, draws']) - Number(hundredSegments['claimWork, next']),
  /** Claiming, sealing and distributing one claim, without the gas for each segment. */
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

/** The gas of `claims` claims that together have `segments` segments. */
export const claimsGas = (
  { claims, segments }: { claims: number; segments: number },
  verificationRate: number,
): number => claims * gas.claim + segments * (gas.sealPerSegment + verificationRate * gas.verify)
