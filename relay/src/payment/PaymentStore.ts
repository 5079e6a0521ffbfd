/**
 * The port to a disk or a database of the browser. After `put` has resolved, the entry survives a crash. An entry is written completely or not at all.
 * Each process has its own store.
 */
export type PaymentStore = {
  /** All entries, by their keys. */
  load(): Promise<ReadonlyMap<string, string>>
  /** Replaces an entry. Resolves when the entry is stored. Rejects if the entry is perhaps not stored. */
  put(key: string, entry: string): Promise<void>
}
