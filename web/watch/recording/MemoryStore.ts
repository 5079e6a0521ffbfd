type Range = { offset?: number; length?: number }
type Done<Value> = (error: Error | null, value?: Value) => void

/**
 * Keeps the pieces of a torrent in memory. WebTorrent has such a store, but uses it only in browsers that have no file system. A browser can
 * have a file system and forbid it to the page.
 */
export class MemoryStore {
  readonly chunkLength: number
  readonly #chunks = new Map<number, Uint8Array>()

  constructor(chunkLength: number) {
    this.chunkLength = chunkLength
  }

  put(index: number, chunk: Uint8Array, done?: Done<never>): void {
    this.#chunks.set(index, chunk)
    queueMicrotask(() => done?.(null))
  }

  get(index: number, ...rest: [Done<Uint8Array>] | [Range | null, Done<Uint8Array>]): void {
    const [range, done] = rest.length === 1 ? [null, rest[0]] : rest
    const chunk = this.#chunks.get(index)
    const { offset = 0, length = (chunk?.length ?? 0) - offset } = range ?? {}
    queueMicrotask(() =>
      chunk ? done(null, chunk.subarray(offset, offset + length)) : done(new Error(`The store has no chunk ${index}.`)),
    )
  }

  /** Forgets all chunks. */
  close(done?: Done<never>): void {
    this.#chunks.clear()
    queueMicrotask(() => done?.(null))
  }

  destroy(done?: Done<never>): void {
    this.close(done)
  }
}
