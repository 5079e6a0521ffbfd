import type { Hex } from 'viem'
import { canStore, resultOf, type Table, transactIn } from './database'
import { type Checkpoint, read, type StoredBroadcast } from './StoredBroadcast'

/** The live broadcasts of this browser. Each method resolves when its change is on the disk. */
export type BroadcastStore = {
  /** Leaves out broadcasts that another version of the page has stored. */
  readAll(): Promise<StoredBroadcast[]>
  add(broadcast: StoredBroadcast): Promise<void>
  /** Resolves to whether the broadcast is still stored. Does not store it again. */
  change(jobId: Hex, checkpoint: Checkpoint): Promise<boolean>
  remove(jobId: Hex): Promise<void>
}

const table: Table = { database: 'lp.broadcast', store: 'broadcasts', keyPath: 'jobId' }

/** The store in IndexedDB. `undefined`: this browser has no IndexedDB, or no locks. */
export const openStore = (): BroadcastStore | undefined => (canStore() ? inIndexedDb : undefined)

const inIndexedDb: BroadcastStore = {
  readAll: async () => {
    const values: unknown[] = await transactIn(table, 'readonly', (store) => resultOf(store.getAll()))
    return values.flatMap((value) => read(value) ?? [])
  },
  add: (broadcast) => transactIn(table, 'readwrite', async (store) => void store.put(broadcast)),
  change: (jobId, checkpoint) =>
    transactIn(table, 'readwrite', async (store) => {
      const stored: StoredBroadcast | undefined = await resultOf(store.get(jobId))
      if (stored) store.put({ ...stored, ...checkpoint })
      return stored !== undefined
    }),
  remove: (jobId) => transactIn(table, 'readwrite', async (store) => void store.delete(jobId)),
}
