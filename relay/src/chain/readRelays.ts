import { bondingManagerAbi, serviceRegistryAbi } from '@lp/contracts/abi'
import { deploymentOn } from '@lp/contracts/deployments'
import { ServiceUri } from '@lp/contracts/protocol'
import type { Client } from 'viem'
import { getChainId, multicall, readContract } from 'viem/actions'

/** The service URIs of the transcoders with a seat and with stake. Leaves out URIs that are no addresses. */
export async function readRelays(client: Client): Promise<string[]> {
  const { bondingManager, serviceRegistry } = deploymentOn(client.chain?.id ?? (await getChainId(client)))
  const registry = { abi: serviceRegistryAbi, address: serviceRegistry } as const
  const transcoders = await readContract(client, {
    ...{ abi: bondingManagerAbi, address: bondingManager, functionName: 'transcoders' },
  })
  const uris = await multicall(client, {
    ...{ allowFailure: false, deployless: true },
    contracts: transcoders
      .filter(({ stake }) => stake > 0n)
      .map(({ transcoder }) => ({ ...registry, functionName: 'getServiceURI', args: [transcoder] }) as const),
  })
  return [...new Set(uris.flatMap((uri) => ServiceUri.fromText(uri) ?? []))]
}
