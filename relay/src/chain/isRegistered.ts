import { serviceRegistryAbi } from '@lp/contracts/abi'
import { deploymentOn } from '@lp/contracts/deployments'
import { ServiceUri } from '@lp/contracts/protocol'
import type { Address, Client } from 'viem'
import { getChainId } from 'viem/actions'
import { readView } from './readView'

/** An answer of the chain is used for this time. A relay can register or leave at any time. */
const believedMs = 60_000
/** The function remembers the answers for at most this many addresses, because each peer of a stream can name an address. */
const maxKnown = 1_000

/**
 * Returns the function that says whether an address has registered a service URI, as a relay does. Every account can register, so the
 * answer `true` proves neither stake nor honesty. The function rejects with the error of the chain.
 */
export function isRegistered(client: Client): (address: Address) => Promise<boolean> {
  const known = new Map<Address, { atMs: number; answer: Promise<boolean> }>()
  return async (address) => {
    const before = known.get(address)
    if (before && performance.now() - before.atMs < believedMs) return before.answer
    const answer = read(client, address)
    known.delete(address)
    known.set(address, { atMs: performance.now(), answer })
    for (const oldest of known.keys()) if (known.size > maxKnown) known.delete(oldest)
    answer.catch(() => known.delete(address))
    return answer
  }
}

async function read(client: Client, node: Address): Promise<boolean> {
  const address = deploymentOn(client.chain?.id ?? (await getChainId(client))).serviceRegistry
  const call = { abi: serviceRegistryAbi, address, functionName: 'getServiceURI', args: [node] } as const
  return ServiceUri.fromText(await readView(client, call)) !== undefined
}
