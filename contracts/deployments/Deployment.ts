import type { Address } from 'viem'

/** Where the contracts of one chain are. */
export type Deployment = {
  chainId: number
  livepeerToken: Address
  roundsManager: Address
  serviceRegistry: Address
  randomness: Address
  bondingManager: Address
  jobsManager: Address
  claimsManager: Address
  verifier: Address
  minter: Address
}
