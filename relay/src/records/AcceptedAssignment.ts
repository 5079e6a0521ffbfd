import type { Acceptance, Assignment } from '@lp/contracts/protocol'

/**
 * The transcoder's signed Acceptance of a job, and the Assignment that the stream key signed as the answer. A claim contains both.
 */
export type AcceptedAssignment = { acceptance: Acceptance.Acceptance; assignment: Assignment.Assignment }
