import { Claim } from '@lp/contracts/protocol'
import type { ClaimRunner } from '../claims/ClaimRunner'
import type { JobFees } from '../claims/JobFees'
import type { Status } from '../gateway/Status'

/** The claims of this relay, as `/status` shows them. */
export const claimsStatus = (claims: ClaimRunner): Pick<Status, 'claims' | 'earnings'> => ({
  claims: claims.jobs
    .filter(({ log }) => log.assignments.length > 0)
    .sort((a, b) => Number(a.drawn.job.jobBlock - b.drawn.job.jobBlock))
    .map(jobClaims),
  earnings: claims.earnings,
})

function jobClaims(fees: JobFees): NonNullable<Status['claims']>[number] {
  const { log, drawn, job, claims } = fees
  const work = fees.unclaimed().flatMap((unclaimed) => unclaimed.work)
  return {
    jobId: log.jobId,
    streamId: drawn.job.streamId,
    state: fees.isSettled ? 'settled' : fees.isOver ? 'settling' : 'working',
    claimDeadline: job?.claimDeadline,
    unclaimed: { segments: work.length, fees: fees.unclaimedFees() },
    claims: claims.map(({ claimId, claim, state, reason, record, challenged }) => ({
      ...{ claimId, state, reason, challenged },
      ...{ fromSequence: claim.fromSequence, ranges: claim.ranges, durationMs: claim.durationMs },
      segments: Claim.count(claim),
      fees: Claim.fees({ ...drawn.job, durationMs: claim.durationMs }),
      ...{ disclosed: record.requested, passed: record.passed, claimBlock: record.claimBlock },
      ...{ verificationDeadline: record.verificationDeadline, verdictDeadline: record.verdictDeadline },
    })),
  }
}
