import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { PayloadTree, Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failOnFault } from '../../testbeds/faults'
import { NewerVersionError } from './NewerVersionError'
import { FullError, NoDataHashError, PayloadStore } from './PayloadStore'

const bytes = crypto.getRandomValues(new Uint8Array(5_000))
const dataHash = await PayloadTree.hash(bytes)
const other = await PayloadTree.hash(new Uint8Array(1))

let directory: string
let payloads: PayloadStore
const files = async () =>
  (await readdir(directory, { recursive: true, withFileTypes: true })).filter(
    (entry) => entry.isFile() && entry.name !== 'layout.json',
  )

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lp-payloads-'))
  payloads = await PayloadStore.open({ directory, maxBytes: 12_000, onFault: failOnFault })
})
afterEach(() => rm(directory, { recursive: true }))

describe('PayloadStore', () => {
  it('returns a stored payload, or a range of its bytes', async () => {
    await payloads.put(dataHash, bytes)
    expect(await payloads.read(dataHash)).toEqual(Buffer.from(bytes))
    const range = await payloads.createReadStream(dataHash, { start: 100, end: 199 })
    expect(await buffer(range as NonNullable<typeof range>)).toEqual(Buffer.from(bytes.subarray(100, 200)))
    expect(payloads.size(dataHash)).toBe(5_000)
  })

  it('returns undefined for a payload that is not stored', async () => {
    expect(payloads.has(other)).toBe(false)
    expect(payloads.size(other)).toBeUndefined()
    expect(await payloads.read(other)).toBeUndefined()
    expect(await payloads.createReadStream(other)).toBeUndefined()
  })

  it('keeps a payload secret until it is disclosed, also after a restart', async () => {
    const open = () => PayloadStore.open({ directory, maxBytes: 12_000, onFault: failOnFault })
    await payloads.put(dataHash, bytes, { isSecret: true })
    await payloads.put(dataHash, bytes, { isSecret: true })
    const again = await open()
    expect([again.isSecret(dataHash), again.size(dataHash), again.totalBytes]).toEqual([true, 5_000, 5_000])
    expect(await again.read(dataHash)).toEqual(Buffer.from(bytes))
    await again.disclose(dataHash)
    await again.disclose(other)
    const disclosed = await open()
    expect(disclosed.isSecret(dataHash)).toBe(false)
    expect(await disclosed.read(dataHash)).toEqual(Buffer.from(bytes))
    expect(await files()).toHaveLength(1)
  })

  it('knows which payloads were disclosed, because these are free of charge', async () => {
    await payloads.put(dataHash, bytes)
    await payloads.put(dataHash, bytes)
    expect([payloads.isFree(dataHash), payloads.isFree(other)]).toEqual([false, false])
    await payloads.disclose(dataHash)
    expect(payloads.isFree(dataHash)).toBe(true)
  })

  it('deletes a secret payload when it is old', async () => {
    await payloads.put(dataHash, bytes, { isSecret: true })
    expect(await payloads.sweep({ olderThanMs: -1 })).toBe(5_000)
    expect(await files()).toHaveLength(0)
  })

  it('keeps one copy of a payload that several writers store at the same time', async () => {
    await Promise.all([1, 2, 3].map(() => payloads.put(dataHash, bytes)))
    await payloads.put(dataHash.toUpperCase().replace('X', 'x') as Hex, bytes)
    expect(await files()).toHaveLength(1)
    expect(payloads.totalBytes).toBe(5_000)
  })

  it('refuses a payload that would exceed the size limit, also when two writers store payloads at the same time', async () => {
    const more = await Promise.all([1, 2].map(async (fill) => new Uint8Array(5_000).fill(fill)))
    await payloads.put(dataHash, bytes)
    const results = await Promise.allSettled(more.map(async (data) => payloads.put(await PayloadTree.hash(data), data)))
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(payloads.put(other, new Uint8Array(2_001))).rejects.toThrow(FullError)
    expect(payloads.totalBytes).toBe(10_000)
  })

  it('refuses a payload that is larger than the limit for a segment', async () => {
    const roomy = await PayloadStore.open({ directory, maxBytes: 2 ** 40, onFault: failOnFault })
    const huge = new Uint8Array(Segment.maxPayloadBytes + 1)
    await expect(roomy.put(other, huge)).rejects.toThrow(Segment.PayloadTooLargeError)
  })

  it.each(['0x../../etc/passwd', `0x${'0'.repeat(63)}/`, '../x', `0x${'.'.repeat(64)}`, ''])(
    'makes no path from a value that is not a hash: %s',
    async (value) => {
      await expect(payloads.put(value as Hex, bytes)).rejects.toThrow(NoDataHashError)
      expect(await payloads.read(value as Hex)).toBeUndefined()
      expect(await files()).toHaveLength(0)
    },
  )

  it('finds all payloads after a restart, and deletes unfinished files', async () => {
    await payloads.put(dataHash, bytes)
    await writeFile(join(directory, 'unfinished', 'torn'), bytes.subarray(0, 100))
    const again = await PayloadStore.open({ directory, maxBytes: 12_000, onFault: failOnFault })
    expect(await again.read(dataHash)).toEqual(Buffer.from(bytes))
    expect(again.totalBytes).toBe(5_000)
    expect(await files()).toHaveLength(1)
  })

  it('deletes payloads that are older than `olderThanMs`, unless they were stored again', async () => {
    const hourAgo = new Date(Date.now() - 3_600_000)
    await payloads.put(dataHash, bytes)
    await payloads.put(other, new Uint8Array(1))
    for (const { parentPath, name } of await files()) await utimes(join(parentPath, name), hourAgo, hourAgo)
    const again = await PayloadStore.open({ directory, maxBytes: 12_000, onFault: failOnFault })
    await again.put(other, new Uint8Array(1))
    expect(await again.sweep({ olderThanMs: 1_800_000 })).toBe(5_000)
    expect(again.has(dataHash)).toBe(false)
    expect(again.has(other)).toBe(true)
    expect(again.totalBytes).toBe(1)
    expect(await files()).toHaveLength(1)
  })

  it('deletes the oldest payloads while the store exceeds the size limit, but no payload that a verifier may need', async () => {
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)
    await payloads.put(dataHash, bytes)
    for (const { parentPath, name } of await files()) await utimes(join(parentPath, name), minutesAgo(9), minutesAgo(9))
    await payloads.put(other, new Uint8Array(100))
    const again = await PayloadStore.open({ directory, maxBytes: 12_000, onFault: failOnFault })
    const olderThanMs = 3_600_000
    expect(await again.sweep({ olderThanMs, maxBytes: 6_000 })).toBe(0)
    expect(await again.sweep({ olderThanMs, maxBytes: 1_000, held: new Set([dataHash]) })).toBe(100)
    expect(await again.sweep({ olderThanMs: 0, maxBytes: 0, held: new Set([dataHash]) })).toBe(0)
    expect(await again.sweep({ olderThanMs, maxBytes: 1_000 })).toBe(5_000)
  })

  it('returns undefined when another program has deleted the file of the payload', async () => {
    await payloads.put(dataHash, bytes)
    for (const { parentPath, name } of await files()) await rm(join(parentPath, name))
    expect(await payloads.createReadStream(dataHash)).toBeUndefined()
    expect(await payloads.read(dataHash)).toBeUndefined()
  })
})

describe('the layout of the directory', () => {
  const layout = () => join(directory, 'layout.json')

  it('is written to layout.json, also when an earlier release wrote no such file', async () => {
    expect(JSON.parse(await readFile(layout(), 'utf8'))).toEqual({ version: 1 })
    await payloads.put(dataHash, bytes)
    await rm(layout())
    const again = await PayloadStore.open({ directory, maxBytes: 12_000, onFault: failOnFault })
    expect(again.has(dataHash)).toBe(true)
    expect(JSON.parse(await readFile(layout(), 'utf8'))).toEqual({ version: 1 })
  })

  it('is refused when its version is newer than the program’s, and the file stays unchanged', async () => {
    await writeFile(layout(), '{"version":2}')
    const opening = PayloadStore.open({ directory, maxBytes: 12_000, onFault: failOnFault })
    await expect(opening).rejects.toThrow(NewerVersionError)
    expect(await readFile(layout(), 'utf8')).toBe('{"version":2}')
  })

  it.each(['', '{"vers', 'null', '{"version":"1"}', '{"version":0}'])(
    'is written again, and one fault is reported, when layout.json is damaged: %j',
    async (text) => {
      await payloads.put(dataHash, bytes)
      await writeFile(layout(), text)
      const faults: Error[] = []
      const again = await PayloadStore.open({ directory, maxBytes: 12_000, onFault: (fault) => faults.push(fault) })
      expect(again.has(dataHash)).toBe(true)
      expect(faults.map(({ name }) => name)).toEqual(['payloadLayout.DamagedLayoutError'])
      await PayloadStore.open({ directory, maxBytes: 12_000, onFault: failOnFault })
    },
  )
})
