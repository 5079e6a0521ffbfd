import type { Acceptance, Assignment } from '@lp/contracts/protocol'

/**
 * The transcoder's signed Acceptance of a job, and the Assignment that the stream key signed as the answer. The transaction of a claim
 * contains both signatures.
 */
export type AcceptedAssignment = { acceptance: Acceptance.Acceptance; assignment: Assignment.Assignment }
