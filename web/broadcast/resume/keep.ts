import { logOf } from 'lp-relay/log'
import type { Hex } from 'viem'
import type { PostedJob } from '../postJob'
import { BroadcastRecord, type Facts } from './BroadcastRecord'
import type { BroadcastStore } from './BroadcastStore'
import { EndedElsewhereError } from './resumeProblems'
import type { StoredBroadcast } from './StoredBroadcast'

const log = logOf('broadcast')

/**
 * Reads a stored broadcast again, because another tab can have gone on with it before this tab was admitted. Throws `EndedElsewhereError`.
 */
export async function readAgain(jobId: Hex, store: BroadcastStore | undefined): Promise<StoredBroadcast> {
  const stored = (await store?.readAll())?.find((broadcast) => broadcast.jobId === jobId)
  if (!stored) throw new EndedElsewhereError()
  return stored
}

export type KeepOptions = {
  store: BroadcastStore
  /** The broadcast as it was stored before the reload. Undefined: the broadcast is new. */
  stored: StoredBroadcast | undefined
  videoBitrate: number
  offer: StoredBroadcast['offer']
  cover: StoredBroadcast['cover']
  facts(): Facts
}

/**
 * Stores a broadcast, so that the page can go on with it after a reload. `undefined`: the browser cannot store it, which must not stop the
 * broadcast.
 */
export async function keep(
  { jobId, streamId, terms, broadcast, seal }: PostedJob,
  { store, stored, videoBitrate, offer, cover, facts }: KeepOptions,
): Promise<BroadcastRecord | undefined> {
  if (stored) return new BroadcastRecord(stored, store, facts)
  try {
    const { chainId, broadcaster } = broadcast
    const { perHourWei, depositWei, inputFinePercent } = offer
    const first: StoredBroadcast = {
      ...{ jobId, streamId, chainId, broadcaster, terms, videoBitrate, cover, streamKey: await seal() },
      ...{ offer: { perHourWei, depositWei, inputFinePercent }, liveSinceMs: Date.now() },
      ...{ ...facts(), nextSequence: 0n, storedAtMs: Date.now() },
    }
    await store.add(first)
    return new BroadcastRecord(first, store, facts)
  } catch (error) {
    log.fault(error as Error)
    // If the browser was only late, it must not go on with this broadcast later.
    void store.remove(jobId).catch(() => undefined)
    return undefined
  }
}
