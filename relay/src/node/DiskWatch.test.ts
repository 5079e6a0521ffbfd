import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { configureLog, parseSpec } from '../log'
import { DiskWatch } from './DiskWatch'

const [mebibyte, gibibyte] = [1024 ** 2, 1024 ** 3]

let directory: string
let lines: string[]
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lp-disk-'))
  lines = []
  configureLog({ spec: parseSpec('info'), write: ({ level, message }) => lines.push(`${level}: ${message}`) })
})
afterEach(async () => {
  configureLog({ spec: parseSpec('silent'), write: () => {} })
  await rm(directory, { recursive: true })
})

/** A watch over a disk of 100 GiB with 50 GiB of free space, and a limit of 1 GiB for payloads. The test changes the sizes. */
function started() {
  const disk = { freeBytes: 50 * gibibyte, totalBytes: 0 }
  const watch = new DiskWatch({
    ...{ directory, payloads: disk, maxBytes: gibibyte },
    space: async () => ({ bavail: disk.freeBytes / 4_096, bsize: 4_096, blocks: (100 * gibibyte) / 4_096 }),
  })
  return { disk, watch }
}

const fullDisk = 'warn: the disk is full: make space on it, or start the relay with a smaller --max-disk'
const atLimit = 'warn: the payloads reach the limit of --max-disk, and claims still need them: raise --max-disk'
const free = 'info: the disk has space again'

describe('DiskWatch', () => {
  it('warns once while the disk is full, also if writes fail meanwhile, and again when the disk is full again', async () => {
    const { disk, watch } = started()
    await watch.check()
    expect([watch.full, lines]).toEqual([undefined, []])
    disk.freeBytes = 511 * mebibyte
    for (let time = 0; time < 3; time++) await watch.check()
    const first = watch.full
    expect(first?.shortMessage).toBe('The disk of the transcoder is full.')
    expect([watch.failed(), watch.failed()]).toEqual([first, first])
    // The warning comes below 512 MiB of free space, and the disk counts as free again only from 1,024 MiB on. With one limit for both, a
    // nearly full disk would be full and free in turn.
    disk.freeBytes = 1_023 * mebibyte
    await watch.check()
    expect(watch.full).toBe(first)
    expect(lines).toEqual([fullDisk])
    disk.freeBytes = 1_024 * mebibyte
    await watch.check()
    expect(watch.full).toBeUndefined()
    disk.freeBytes = 0
    await watch.check()
    expect(lines).toEqual([fullDisk, free, fullDisk])
  })

  it('warns once when the payloads reach --max-disk, and names --max-disk', async () => {
    const { disk, watch } = started()
    disk.totalBytes = 0.98 * gibibyte
    await watch.check()
    expect(watch.full).toBeUndefined()
    disk.totalBytes = 0.981 * gibibyte
    await watch.check()
    watch.failed()
    disk.totalBytes = 0.951 * gibibyte
    await watch.check()
    expect(watch.full).toBeDefined()
    expect(lines).toEqual([atLimit])
    disk.totalBytes = 0.95 * gibibyte
    await watch.check()
    expect(watch.full).toBeUndefined()
    expect(lines).toEqual([atLimit, free])
  })

  it('names --max-disk when a write fails while the payloads are at the limit', () => {
    const { disk, watch } = started()
    disk.totalBytes = gibibyte
    watch.failed()
    expect(lines).toEqual([atLimit])
  })

  it('counts the disk as full while the disk quota of the user is used up, although the file system has free space', async () => {
    const { watch } = started()
    watch.failed()
    // Each write to the device /dev/full fails, as a write above a quota does.
    await symlink('/dev/full', join(directory, 'probe'))
    await Promise.all([watch.check(), watch.check()])
    expect(watch.full).toBeDefined()
    expect(lines).toEqual([fullDisk])
    await watch.check()
    expect(watch.full).toBeUndefined()
    expect(lines).toEqual([fullDisk, free])
    expect(await readdir(directory)).toEqual([])
  })
})
