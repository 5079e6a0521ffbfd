import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import type { Address } from 'viem'
import type { Chain } from './startNode'

/** The amount that the contract has paid for cheques of this issuer, in wei. */
export async function cashedOf({ client }: Chain, issuer: Address): Promise<bigint> {
  const { chequebook } = contractsOn(localChainId)
  const events = await client.getContractEvents({
    ...{ ...chequebook, eventName: 'ChequeCashed', args: { issuer }, strict: true, fromBlock: 0n },
  })
  return events.reduce((sum, { args }) => sum + args.amount, 0n)
}
