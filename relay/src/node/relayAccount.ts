import { contractsOn } from '@lp/contracts/deployments'
import { formatEther, type PublicClient } from 'viem'
import { chequebookCalls } from '../chain/chequebookCalls'
import { readChequebook } from '../chain/readChequebook'
import type { Sender } from '../chain/Sender'
import { logOf } from '../log'

const log = logOf('node')

type Chain = { client: PublicClient; sender: Sender; chainId: number }

/** Registers the service URI of a relay, unless it is registered already. This needs no stake. Rejects with the errors of `Sender.send`. */
export async function registerUri({
  client,
  sender,
  chainId,
  serviceUri,
}: Chain & { serviceUri: string }): Promise<void> {
  const { serviceRegistry } = contractsOn(chainId)
  const args = [sender.address] as const
  if ((await client.readContract({ ...serviceRegistry, functionName: 'getServiceURI', args })) === serviceUri) return
  await sender.send({ ...serviceRegistry, functionName: 'setServiceURI', args: [serviceUri] })
}

/** If the free deposit is smaller than `deposit`, in wei, deposits the missing amount. Rejects with the errors of `Sender.send`. */
export async function raiseDeposit({ client, sender, chainId, deposit }: Chain & { deposit: bigint }): Promise<void> {
  if (deposit === 0n) return
  const { deposit: free } = await readChequebook(client, { issuer: sender.address })
  if (free >= deposit) return
  await sender.send(chequebookCalls(chainId).deposit(deposit - free))
  log.info('deposited in the Chequebook', { ether: formatEther(deposit - free) })
}
