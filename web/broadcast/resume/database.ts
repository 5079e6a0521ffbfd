/** A database with one object store. */
export type Table = { database: string; store: string; keyPath: string }

/** Whether this browser has IndexedDB, and locks that admit one tab only (`admitTab`). */
export const canStore = (): boolean => hasIndexedDb() && navigator.locks !== undefined

function hasIndexedDb(): boolean {
  try {
    return Boolean(globalThis.indexedDB)
  } catch {
    // A browser that forbids storage can forbid this question too.
    return false
  }
}

/** In some browsers, a database sometimes never answers. */
const patienceMs = 30_000

class NoAnswerError extends Error {
  override readonly name = 'database.NoAnswerError'
}

/**
 * Opens the database for one transaction, because a person can delete it at any time. `run` must not wait for anything but its requests.
 * Resolves when the transaction is on the disk.
 */
export async function transactIn<Result>(
  table: Table,
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => Promise<Result>,
): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswerError('The database does not answer.')), patienceMs)
  })
  return Promise.race([transactNow(table, mode, run), tooLate]).finally(() => clearTimeout(timer))
}

async function transactNow<Result>(
  { database: name, store, keyPath }: Table,
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => Promise<Result>,
): Promise<Result> {
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(store, { keyPath })
  const database = await resultOf(request)
  try {
    // With the default durability, Chromium reports success before the operating system has written the data to the disk.
    const transaction = database.transaction(store, mode, { durability: 'strict' })
    const isDone = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error)
    })
    const [result] = await Promise.all([run(transaction.objectStore(store)), isDone])
    return result
  } finally {
    database.close()
  }
}

export const resultOf = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
