import type { Address } from 'viem'

/** The addresses of the contracts of one chain. */
export type Deployment = {
  chainId: number
  /** No event of the contracts is in an earlier block. */
  fromBlock: number
  /** The owner of each contract that has an owner. */
  timelock: Address
  livepeerToken: Address
  roundsManager: Address
  serviceRegistry: Address
  randomness: Address
  bondingManager: Address
  jobsManager: Address
  claimsManager: Address
  verifier: Address
  minter: Address
  chequebook: Address
  /** Reads the past stakes for the governor. */
  stakeVotes: Address
  /** The only account that can schedule an operation of the timelock. */
  governor: Address
  /** Pays the LPT that accounts can claim. */
  genesisClaim: Address
  /** Releases LPT into the CommonPool over time. */
  endowment: Address
}
