import type { Hex } from 'viem'
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

const name = 'lp.broadcast'
const broadcasts = 'broadcasts'

/** The store in IndexedDB. `undefined`: this browser has no IndexedDB, or no locks that admit one tab only (`admitTab`). */
export const openStore = (): BroadcastStore | undefined => (hasIndexedDb() && navigator.locks ? inIndexedDb : undefined)

function hasIndexedDb(): boolean {
  try {
    return Boolean(globalThis.indexedDB)
  } catch {
    // A browser that forbids storage can forbid this question too.
    return false
  }
}

const inIndexedDb: BroadcastStore = {
  readAll: async () => {
    const values: unknown[] = await transact('readonly', (store) => resultOf(store.getAll()))
    return values.flatMap((value) => read(value) ?? [])
  },
  add: (broadcast) => transact('readwrite', async (store) => void store.put(broadcast)),
  change: (jobId, checkpoint) =>
    transact('readwrite', async (store) => {
      const stored: StoredBroadcast | undefined = await resultOf(store.get(jobId))
      if (stored) store.put({ ...stored, ...checkpoint })
      return stored !== undefined
    }),
  remove: (jobId) => transact('readwrite', async (store) => void store.delete(jobId)),
}

/** In some browsers, a database sometimes never answers. */
const patienceMs = 30_000

class NoAnswerError extends Error {
  override readonly name = 'BroadcastStore.NoAnswerError'
}

async function transact<Result>(
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => Promise<Result>,
): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswerError('The database does not answer.')), patienceMs)
  })
  return Promise.race([transactNow(mode, run), tooLate]).finally(() => clearTimeout(timer))
}

/**
 * Opens the database for one transaction, because a person can delete it at any time. `run` must not wait for anything but its requests.
 * Resolves when the transaction is on the disk.
 */
async function transactNow<Result>(
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => Promise<Result>,
): Promise<Result> {
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(broadcasts, { keyPath: 'jobId' })
  const database = await resultOf(request)
  try {
    // With the default durability, Chromium reports success before the operating system has written the data to the disk.
    const transaction = database.transaction(broadcasts, mode, { durability: 'strict' })
    const isDone = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error)
    })
    const [result] = await Promise.all([run(transaction.objectStore(broadcasts)), isDone])
    return result
  } finally {
    database.close()
  }
}

const resultOf = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
