import type { Address } from 'viem'
import type { Clock } from '../chain/Clock'
import type { SeatUpdate } from './GovernanceEvents'
import type { ContractName, Values } from './Parameter'
import type { ParameterUpdate } from './ParameterUpdate'
import type { Poll } from './Proposal'

/** The numbers that the page shows, read at one block. */
export type Governance = {
  clock: Clock
  /** The chain's time of this block, in seconds. */
  timeSeconds: bigint
  /** While the round is not initialized, no account can propose, and a vote that has just begun accepts no votes. */
  isRoundInitialized: boolean
  /** The newest proposals, the newest first. */
  polls: readonly Poll[]
  /** The number of all proposals. */
  pollCount: number
  /** All changes of parameters, the oldest first. */
  updates: readonly ParameterUpdate[]
  /** The values that the contracts use now. */
  inForce: Readonly<Record<ContractName, Values>>
  seats: Seats
  seatUpdates: readonly SeatUpdate[]
  /** The common pools, in units of 10^-18 LPT and in wei. */
  pools: { lpt: bigint; wei: bigint }
  /** The own stake that an account needs to propose, in units of 10^-18 LPT. */
  threshold: bigint
  /** The quorum that a proposal would get now, in units of 10^-18 LPT. */
  quorum: bigint
  /** All LPT, in units of 10^-18. */
  supply: bigint
  /** Undefined if no account is connected. `stake`: its own bonded stake, in units of 10^-18 LPT. */
  account: { address: Address; stake: bigint } | undefined
}

/** The verifier of new jobs, and the source of randomness of new blocks. */
export type Seats = { verifier: Address; randomness: Address }
