// The page of broadcast/resume/browser.test.ts: one tab with the store of live broadcasts.
import { StreamId } from '@lp/contracts/protocol'
import { type Hex, numberToHex, zeroAddress } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { type BroadcastStore, openStore } from '../broadcast/resume/BroadcastStore'
import type { StoredBroadcast } from '../broadcast/resume/StoredBroadcast'
import { seal } from '../broadcast/resume/sealedKey'
import { admitTab, findLive, showJob } from '../broadcast/resume/tabLocks'
import { openKey } from '../broadcast/resume/takeUp'

const store = openStore() as BroadcastStore
const idOf = (number: number): Hex => numberToHex(number, { size: 32 })
let holding = new AbortController()

const stored = async (number: number): Promise<StoredBroadcast> =>
  (await store.readAll()).find(({ jobId }) => jobId === idOf(number)) as StoredBroadcast

const driver = {
  /** Stores a broadcast with a new stream key. Returns the address of the key. */
  async add(number: number): Promise<string> {
    const key = generatePrivateKey()
    const origin = privateKeyToAddress(key)
    const size = { width: 640, height: 360 }
    await store.add({
      ...{ jobId: idOf(number), streamId: StreamId.random(origin), chainId: 31337, broadcaster: zeroAddress },
      ...{ streamKey: await seal(key), videoBitrate: 800_000, liveSinceMs: 1, storedAtMs: 1, nextSequence: 0n },
      terms: {
        options: { ...size, fps: 20, renditions: [{ height: 240, bitrate: 300_000 }] },
        ...{ pricePerUnit: 1n, endBlock: 100n, binding: '0x' },
      },
      offer: { perHourWei: 1n, depositWei: 2n, inputFinePercent: 10n },
      ...{ assignments: [], acknowledged: { segments: 0, durationMs: 0 }, zeroMs: undefined },
      source: { kind: 'camera', cameraOn: true, microphoneOn: true },
    })
    return origin
  },
  keyOf: async (number: number): Promise<string> => (await openKey(await stored(number))).address,
  /** Whether a script can read the key that encrypts the stream key, and the fields of the stored stream key. */
  async lookAtKey(number: number) {
    const { streamKey } = await stored(number)
    return { isExtractable: streamKey.aes.extractable, fields: Object.keys(streamKey).sort() }
  },
  async reserve(number: number, nextSequence: number): Promise<boolean> {
    const { assignments, acknowledged, zeroMs, source } = await stored(1)
    const checkpoint = { assignments, acknowledged, zeroMs, source, storedAtMs: 2 }
    return store.change(idOf(number), { ...checkpoint, nextSequence: BigInt(nextSequence) })
  },
  numbers: async () => (await store.readAll()).map(({ nextSequence }) => Number(nextSequence)),
  remove: (number: number) => store.remove(idOf(number)),
  /** Another version of the page has stored this value. */
  async addForeign(): Promise<void> {
    const request = indexedDB.open('lp.broadcast', 1)
    await new Promise((resolve) => {
      request.onsuccess = resolve
    })
    const transaction = request.result.transaction('broadcasts', 'readwrite')
    transaction.objectStore('broadcasts').put({ jobId: idOf(9), nextSequence: 7 })
    await new Promise((resolve) => {
      transaction.oncomplete = resolve
    })
    request.result.close()
  },
  async admit(job: number) {
    holding = new AbortController()
    const admission = await admitTab(holding.signal)
    if (admission === 'admitted') showJob(idOf(job), holding.signal)
    return admission
  },
  release: () => holding.abort(),
  async live() {
    const { isBusy, jobIds } = await findLive()
    return { isBusy, jobs: jobIds.map(Number) }
  },
}

export type Driver = typeof driver

Object.assign(globalThis, { driver })
