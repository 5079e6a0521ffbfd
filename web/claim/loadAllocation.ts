import { AllocationTree } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import type { Problem } from '../ui/Problem'
import { type Allocation, find, parseIndex, shardOf } from './Allocation'

/** The root in the contract, and the number of allocations. */
export type Root = { root: Hex; count: number }

/**
 * The allocation of the account, from the files that `contracts/script/publishGenesis.ts` has written. Undefined if the account is not in the
 * list. Throws `ListMissingError`, `UnreachableError` or `ForgedListError`.
 */
export async function loadAllocation(
  account: Address,
  { root, count }: Root,
  base: string = document.baseURI,
): Promise<Allocation | undefined> {
  const folder = new URL(`genesis/${root}/`, base)
  const shards = parseIndex(await fetchJson(new URL('index.json', folder)))
  if (!shards) throw new ForgedListError()
  const shard = shardOf(account)
  if (!shards.includes(shard)) return undefined
  const allocation = find(await fetchJson(new URL(`${shard}.json`, folder)), account)
  if (allocation && !AllocationTree.verify({ root, count, ...allocation })) throw new ForgedListError()
  return allocation
}

async function fetchJson(url: URL): Promise<unknown> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new UnreachableError({ cause })
  })
  // Hosts of single-page apps answer with the HTML page if a file does not exist.
  const isPage = response.headers.get('content-type')?.includes('text/html') ?? false
  if (response.status === 404 || (response.ok && isPage)) throw new ListMissingError()
  if (!response.ok) throw new UnreachableError({ cause: response.status })
  return response.json().catch((cause: unknown) => {
    throw new ForgedListError({ cause })
  })
}

export class ListMissingError extends Error {
  override readonly name = 'Claim.ListMissingError'
  readonly problem: Problem = {
    sentence: 'This site does not have the list of allocations of this network.',
    nextStep:
      'Open this page on the site that announced the allocations, or ask the operator of this site to add the list.',
  }
}

export class UnreachableError extends Error {
  override readonly name = 'Claim.UnreachableError'
  readonly problem: Problem = {
    sentence: 'The list of allocations could not be loaded.',
    nextStep: 'Check your connection and reload the page.',
  }
  constructor({ cause }: { cause: unknown }) {
    super('A file of the list of allocations could not be loaded.', { cause })
  }
}

export class ForgedListError extends Error {
  override readonly name = 'Claim.ForgedListError'
  readonly problem: Problem = {
    sentence: 'The list of allocations on this site does not fit the contract.',
    nextStep:
      'Do not use this list. Open this page on another site, or ask the operator of this site to correct the list.',
  }
  constructor(options?: ErrorOptions) {
    super('The list of allocations does not fit the root in the contract.', options)
  }
}
