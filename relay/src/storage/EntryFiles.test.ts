import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PaymentStore } from '../payment/PaymentStore'
import { EntryFiles } from './EntryFiles'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lp-entries-'))
})
afterEach(() => rm(directory, { recursive: true }))

test('keeps the newest entry of each key after a restart', async () => {
  const store: PaymentStore = await EntryFiles.open(directory)
  await store.put('held/0x01', 'old')
  await Promise.all([
    store.put('held/0x01', 'newer'),
    store.put('held/0x01', 'newest'),
    store.put('spent/../x', 'other'),
  ])
  const again = await EntryFiles.open(directory)
  expect([...(await again.load())].sort()).toEqual([
    ['held/0x01', 'newest'],
    ['spent/../x', 'other'],
  ])
  expect((await readdir(directory)).length).toBe(2)
})

test('ignores a file that a killed process has not finished, and deletes the file at the next start', async () => {
  const store = await EntryFiles.open(directory)
  await store.put('key', 'whole')
  await writeFile(join(directory, '0.draft'), 'ha')
  expect([...(await store.load())]).toEqual([['key', 'whole']])
  await EntryFiles.open(directory)
  expect(await readdir(directory)).toEqual(['key.entry'])
})

test('only the owner can read the entries', async () => {
  const path = join(directory, 'new')
  const store = await EntryFiles.open(path)
  await store.put('key', 'entry')
  expect((await stat(path)).mode & 0o777).toBe(0o700)
  expect((await stat(join(path, 'key.entry'))).mode & 0o777).toBe(0o600)
})

test('rejects if it cannot store an entry, and stores the next entry', async () => {
  const path = join(directory, 'new')
  const store = await EntryFiles.open(path)
  await rm(path, { recursive: true })
  await expect(store.put('key', 'lost')).rejects.toMatchObject({ code: 'ENOENT' })
  const again = await EntryFiles.open(path)
  await store.put('key', 'entry')
  expect([...(await again.load())]).toEqual([['key', 'entry']])
})
