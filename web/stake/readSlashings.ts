import { contractsOn } from '@lp/contracts/deployments'
import type { Address, PublicClient } from 'viem'
import { readOnce } from '../chain/readOnce'
import { type Slashing, slashingsOf } from './Slashing'

/** Reads the slashes of the blocks, and why they happened. `transcoder`: reads only the slashes of this transcoder. */
export async function readSlashings(
  client: PublicClient,
  { chainId, transcoder, ...blocks }: { chainId: number; transcoder?: Address; fromBlock: bigint; toBlock: bigint },
): Promise<Slashing[]> {
  const { bondingManager, claimsManager } = contractsOn(chainId)
  const its = { strict: true, ...(transcoder && { args: { transcoder } }) } as const
  const keyOf = (address: Address, name: string) => [chainId, address, name, transcoder].join(' ')
  const [slashes, offences] = await Promise.all([
    readOnce(client, {
      ...{ ...blocks, key: keyOf(bondingManager.address, 'Slash') },
      read: (page) => client.getContractEvents({ ...bondingManager, ...its, ...page, eventName: 'Slash' }),
    }),
    readOnce(client, {
      ...{ ...blocks, key: keyOf(claimsManager.address, 'ClaimSlashed') },
      read: (page) => client.getContractEvents({ ...claimsManager, ...its, ...page, eventName: 'ClaimSlashed' }),
    }),
  ])
  return slashingsOf(
    slashes.map(({ args: { transcoder, amount }, transactionHash, logIndex, blockNumber }) => ({
      ...{ transcoder, amount, transactionHash, logIndex, block: blockNumber },
    })),
    offences.map(({ args: { transcoder, amount, offence }, transactionHash, logIndex }) => ({
      ...{ transcoder, amount, offence, transactionHash, logIndex },
    })),
  )
}
