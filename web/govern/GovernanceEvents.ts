import type { Address } from 'viem'
import type { ParameterUpdate } from './ParameterUpdate'
import type { Proposal } from './Proposal'

/** All proposals, their executions, and the changes of parameters and seats since the deployment. In each list, the oldest is first. */
export type GovernanceEvents = {
  proposals: readonly Proposal[]
  /** The transaction that executed a proposal, by the id of the proposal. */
  executions: ReadonlyMap<bigint, string>
  updates: readonly ParameterUpdate[]
  seats: readonly SeatUpdate[]
}

/** An account or a contract got the seat of the verifier, or of the source of randomness. */
export type SeatUpdate = { seat: 'verifier' | 'randomness'; to: Address; block: bigint }
