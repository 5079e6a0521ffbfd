import type { PaymentStore } from 'lp-relay'
import { StoreError } from './StoreError'

/** A private key, encrypted under a key that no script can read. */
export type SealedKey = { aes: CryptoKey; iv: Uint8Array<ArrayBuffer>; sealed: ArrayBuffer }

const entries = 'entries'
const keys = 'keys'
const session = 'session'

/**
 * The session key of one issuer and its cheques, in IndexedDB. They are in one database, because a browser deletes a database as a whole: a key
 * that survived its cheques could sign lower ones. All methods reject with `StoreError`.
 */
export class PaymentDatabase implements PaymentStore {
  readonly #database: IDBDatabase

  private constructor(database: IDBDatabase) {
    this.#database = database
    // Another tab deletes the database.
    database.onversionchange = () => database.close()
  }

  static async open(name: string): Promise<PaymentDatabase> {
    try {
      const request = indexedDB.open(name, 1)
      request.onupgradeneeded = () => {
        for (const store of [entries, keys]) request.result.createObjectStore(store)
      }
      return new PaymentDatabase(await resultOf(request))
    } catch (cause) {
      throw new StoreError({ cause })
    }
  }

  load(): Promise<ReadonlyMap<string, string>> {
    return this.#transact('readonly', async (transaction) => {
      const store = transaction.objectStore(entries)
      const [names, texts] = await Promise.all([resultOf(store.getAllKeys()), resultOf(store.getAll())])
      return new Map(names.map((name, at) => [String(name), String(texts[at])]))
    })
  }

  put(key: string, entry: string): Promise<void> {
    return this.#transact('readwrite', async (transaction) => {
      transaction.objectStore(entries).put(entry, key)
    })
  }

  readKey(): Promise<SealedKey | undefined> {
    return this.#transact('readonly', (transaction) => resultOf(transaction.objectStore(keys).get(session)))
  }

  /** Stores the session key, unless another tab has stored one before. Resolves to the stored key. */
  addKey(key: SealedKey): Promise<SealedKey> {
    return this.#transact('readwrite', async (transaction) => {
      const store = transaction.objectStore(keys)
      const known: SealedKey | undefined = await resultOf(store.get(session))
      if (!known) store.put(key, session)
      return known ?? key
    })
  }

  /** Deletes the session key with all its cheques. Only for a key that the issuer has not authorised: its cheques are worth nothing. */
  clear(): Promise<void> {
    return this.#transact('readwrite', async (transaction) => {
      for (const store of [entries, keys]) transaction.objectStore(store).clear()
    })
  }

  close(): void {
    this.#database.close()
  }

  /** Resolves when the transaction is on the disk. `run` must not wait for anything but its requests. */
  async #transact<Result>(
    mode: IDBTransactionMode,
    run: (transaction: IDBTransaction) => Promise<Result>,
  ): Promise<Result> {
    try {
      // With the default durability, Chromium reports success before the operating system has written the data to the disk.
      const transaction = this.#database.transaction([entries, keys], mode, { durability: 'strict' })
      const isDone = new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve()
        transaction.onabort = () => reject(transaction.error)
      })
      const [result] = await Promise.all([run(transaction), isDone])
      return result
    } catch (cause) {
      throw new StoreError({ cause })
    }
  }
}

const resultOf = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
