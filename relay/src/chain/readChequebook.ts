import { chequebookAbi } from '@lp/contracts/abi'
import { deploymentOn } from '@lp/contracts/deployments'
import type { Chequebook } from '@lp/contracts/protocol'
import { type Address, type Client, zeroAddress } from 'viem'
import { getChainId, readContract } from 'viem/actions'

export type ChequebookAccount = Chequebook.Account & {
  /** The session key for which the caller asked; all fields are 0 if it was never authorised. */
  key: Chequebook.SessionKey
  /** Seconds from the announcement of a withdrawal until the withdrawal is possible. */
  withdrawalDelay: bigint
}

/** Reads the account of an issuer in the Chequebook contract. `key`: a session key of the issuer. Rejects with the error of the chain. */
export async function readChequebook(
  client: Client,
  { issuer, key = zeroAddress }: { issuer: Address; key?: Address | undefined },
): Promise<ChequebookAccount> {
  const address = deploymentOn(client.chain?.id ?? (await getChainId(client))).chequebook
  const contract = { abi: chequebookAbi, address } as const
  const [account, sessionKey, withdrawalDelay] = await Promise.all([
    readContract(client, { ...contract, functionName: 'getAccount', args: [issuer] }),
    readContract(client, { ...contract, functionName: 'getSessionKey', args: [issuer, key] }),
    readContract(client, { ...contract, functionName: 'withdrawalDelay' }),
  ])
  return { ...account, key: sessionKey, withdrawalDelay }
}
