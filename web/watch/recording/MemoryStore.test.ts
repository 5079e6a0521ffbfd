import { describe, expect, it } from 'vitest'
import { MemoryStore } from './MemoryStore'

const read = (store: MemoryStore, index: number, range: { offset?: number; length?: number } | null) =>
  new Promise<Uint8Array | undefined>((resolve, reject) =>
    store.get(index, range, (error, chunk) => (error ? reject(error) : resolve(chunk))),
  )

describe('MemoryStore', () => {
  it('returns a stored chunk or a part of the chunk, until the store is closed', async () => {
    const store = new MemoryStore(4)
    await new Promise((resolve) => store.put(1, Uint8Array.of(1, 2, 3, 4), resolve))
    expect(await read(store, 1, null)).toEqual(Uint8Array.of(1, 2, 3, 4))
    expect(await read(store, 1, { offset: 1, length: 2 })).toEqual(Uint8Array.of(2, 3))
    expect(await read(store, 1, { offset: 3 })).toEqual(Uint8Array.of(4))
    expect(await new Promise((resolve) => store.get(1, (_, chunk) => resolve(chunk?.length)))).toBe(4)
    await expect(read(store, 0, null)).rejects.toThrow('no chunk 0')
    await new Promise((resolve) => store.destroy(resolve))
    await expect(read(store, 1, null)).rejects.toThrow('no chunk 1')
  })
})
