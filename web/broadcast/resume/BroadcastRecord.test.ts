import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../testbeds/memoryStore'
import { BroadcastRecord } from './BroadcastRecord'
import type { BroadcastStore } from './BroadcastStore'
import type { StoredBroadcast } from './StoredBroadcast'

const jobId = '0x01'
const facts = {
  assignments: [],
  acknowledged: { segments: 3, durationMs: 6_000 },
  zeroMs: 5,
  source: { kind: 'camera', cameraOn: true, microphoneOn: true },
} as const
const known: Partial<StoredBroadcast> = { jobId, nextSequence: 0n }
const stored = known as StoredBroadcast

async function opened(store: BroadcastStore = memoryStore()) {
  await store.add(stored)
  return { store, record: new BroadcastRecord(stored, store, () => facts) }
}

/** The number on the disk. */
const numberOn = async (store: BroadcastStore) => (await store.readAll())[0]?.nextSequence

const isPending = async (promise: Promise<unknown>) =>
  (await Promise.race([promise, Promise.resolve('pending')])) === 'pending'

describe('BroadcastRecord', () => {
  it('resolves after the disk has a higher number, and stores the facts with it', async () => {
    const { store, record } = await opened()
    await record.reserve(0n)
    expect((await store.readAll())[0]).toMatchObject({ ...facts, jobId, nextSequence: 2n })
  })

  it('the number of the next segment is on the disk before this segment begins, so the segment does not wait for the disk', async () => {
    const store = memoryStore()
    const { change } = store
    let write = () => {}
    const { record } = await opened(store)
    await record.reserve(0n)
    store.change = async (...input) => {
      await new Promise<void>((resolve) => {
        write = resolve
      })
      return change(...input)
    }
    await record.reserve(1n)
    expect(await numberOn(store)).toBe(2n)
    // A slow disk has not stored the number of segment 2 yet, so this segment waits.
    const next = record.reserve(2n)
    expect(await isPending(next)).toBe(true)
    write()
    await expect.poll(() => numberOn(store)).toBe(3n)
    write()
    await next
    expect(await numberOn(store)).toBe(4n)
  })

  it('forgets the broadcast if the disk takes no number, and the broadcast goes on', async () => {
    const { store, record } = await opened()
    store.change = () => Promise.reject(new DOMException('full', 'QuotaExceededError'))
    await record.reserve(0n)
    await record.reserve(1n)
    expect(await store.readAll()).toEqual([])
  })

  it('rejects if the disk neither takes the number nor forgets the broadcast', async () => {
    const { store, record } = await opened()
    const fail = () => Promise.reject(new DOMException('broken', 'UnknownError'))
    Object.assign(store, { change: fail, remove: fail })
    await expect(record.reserve(0n)).rejects.toThrow('broken')
    Object.assign(store, memoryStore())
    await record.reserve(0n)
  })

  it('does not store a forgotten broadcast again', async () => {
    const { store, record } = await opened()
    const writing = record.reserve(0n)
    await record.forget()
    await writing
    await record.reserve(1n)
    expect(await store.readAll()).toEqual([])
  })
})
