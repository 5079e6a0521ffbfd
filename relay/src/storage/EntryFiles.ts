import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

const suffix = '.entry'

/**
 * A store of small texts, with one file for each key. `put` replaces an entry completely or not at all, and resolves when the entry is on
 * disk. So the entry survives `kill -9` and a power failure. A relay stores its cheques here.
 */
export class EntryFiles {
  readonly #directory: string
  /** The last write of each key. */
  readonly #writing = new Map<string, Promise<void>>()
  #drafts = 0

  private constructor(directory: string) {
    this.#directory = directory
  }

  /**
   * Creates the directory, and deletes unfinished files. Only the owner of the directory can read the files. Rejects with the error of the
   * file system.
   */
  static async open(directory: string): Promise<EntryFiles> {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    for (const file of await readdir(directory)) if (!file.endsWith(suffix)) await rm(join(directory, file))
    return new EntryFiles(directory)
  }

  /** All entries of a directory, by their keys. Another process may have opened the directory. Rejects with the error of the file system. */
  static async read(directory: string): Promise<ReadonlyMap<string, string>> {
    const entries = new Map<string, string>()
    for (const file of await readdir(directory))
      if (file.endsWith(suffix))
        entries.set(decodeURIComponent(file.slice(0, -suffix.length)), await readFile(join(directory, file), 'utf8'))
    return entries
  }

  /** All entries, by their keys. */
  load(): Promise<ReadonlyMap<string, string>> {
    return EntryFiles.read(this.#directory)
  }

  /** Replaces an entry. Rejects with the error of the file system; the store then has the old entry or the new entry. */
  put(key: string, entry: string): Promise<void> {
    const before = this.#writing.get(key) ?? Promise.resolve()
    const writing = before.catch(() => undefined).then(() => this.#put(key, entry))
    this.#writing.set(key, writing)
    const forget = () => this.#writing.get(key) === writing && this.#writing.delete(key)
    writing.then(forget, forget)
    return writing
  }

  async #put(key: string, entry: string): Promise<void> {
    const draft = join(this.#directory, `${this.#drafts++}.draft`)
    const file = await open(draft, 'w', 0o600)
    try {
      await file.writeFile(entry)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, join(this.#directory, encodeURIComponent(key) + suffix))
    // The new name is on disk only after the directory is on disk.
    const directory = await open(this.#directory, 'r')
    await directory.sync().finally(() => directory.close())
  }
}
