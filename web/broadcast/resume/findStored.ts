import { StreamDirectory } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import type { Hex, PublicClient } from 'viem'
import { revertNameOf } from '../../wallet/problemOf'
import type { BroadcastStore } from './BroadcastStore'
import type { StoredBroadcast } from './StoredBroadcast'
import { findLive } from './tabLocks'

const log = logOf('broadcast')

export type Found =
  /** The page has not looked yet, or the chain does not answer. */
  | { name: 'looking' }
  | { name: 'none' }
  /** Another tab of this browser broadcasts. `jobIds`: the jobs of its broadcast; empty until the job is posted. */
  | { name: 'elsewhere'; jobIds: readonly Hex[] }
  /** The page was reloaded or closed while this broadcast was live. Its job is active. */
  | { name: 'interrupted'; stored: StoredBroadcast }

/** An RPC can be behind the chain. When this time has passed since the last segment, the RPC should know the job. */
const lagMs = 60_000
const readPatienceMs = 3_000

/** The broadcast of this browser with which a page can go on. Deletes broadcasts whose job is over. Rejects if the chain does not answer. */
export async function findStored(client: PublicClient, store: BroadcastStore | undefined): Promise<Found> {
  const { isBusy, jobIds } = await findLive()
  if (isBusy) return { name: 'elsewhere', jobIds }
  const here = (await readSoon(store)).filter(({ chainId }) => chainId === client.chain?.id)
  for (const stored of here.sort((a, b) => b.storedAtMs - a.storedAtMs)) {
    const state = await jobStateOf(client, stored)
    if (state === 'active') return { name: 'interrupted', stored }
    if (state === 'over') await store?.remove(stored.jobId)
  }
  return { name: 'none' }
}

/** A browser that does not give its stored data must not stop the page. */
async function readSoon(store: BroadcastStore | undefined): Promise<StoredBroadcast[]> {
  const reading = store?.readAll().catch((error: unknown) => log.debug('no stored broadcasts', () => ({ error })))
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, readPatienceMs))
  return (await Promise.race([reading, late])) ?? []
}

/** `unknown`: the chain does not have the job now. A restarted local chain does not have the jobs from before the restart. */
async function jobStateOf(
  client: PublicClient,
  { jobId, storedAtMs }: StoredBroadcast,
): Promise<'active' | 'over' | 'unknown'> {
  try {
    const { over } = await StreamDirectory.readJob(client, jobId)
    return over ? 'over' : 'active'
  } catch (error) {
    if (revertNameOf(error) !== 'UnknownJob') throw error
    return Date.now() - storedAtMs > lagMs ? 'over' : 'unknown'
  }
}
