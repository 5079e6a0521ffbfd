import type { Acceptance, Assignment } from '@lp/contracts/protocol'

/** An Assignment that the stream key signed, and the transcoder's Acceptance that it answers. A claim carries both. */
export type AcceptedAssignment = { acceptance: Acceptance.Acceptance; assignment: Assignment.Assignment }
