import { bondedVerifierAbi } from '@lp/contracts/abi'
import { contractsOn } from '@lp/contracts/deployments'
import type { Address, PublicClient } from 'viem'

/** A contract that receives the requests of the ClaimsManager and passes on the verdicts of one account. */
export type VerifierContract = { abi: typeof bondedVerifierAbi; address: Address }

/**
 * The verifier contract of the jobs that are posted from now on. Earlier jobs keep the verifier contract that was set when they
 * were posted.
 */
export async function current(client: PublicClient, chainId: number): Promise<VerifierContract> {
  const { claimsManager } = contractsOn(chainId)
  return at(await client.readContract({ ...claimsManager, functionName: 'verifier' }))
}

export const at = (address: Address): VerifierContract => ({ abi: bondedVerifierAbi, address })
