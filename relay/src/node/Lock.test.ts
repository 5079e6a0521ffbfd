import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockDirectory, lockKey } from './Lock'

const address = '0x1111111111111111111111111111111111111111'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lp-lock-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Another process that listens at the socket `path` and then is killed, so that the file of the socket stays. */
async function leaveSocket(path: string) {
  const program = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('listens'))`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

describe('the lock of a data directory', () => {
  it('is refused while another relay holds it, and its file is deleted when it is released', async () => {
    const lock = await lockDirectory(folder)
    expect(await readdir(folder)).toEqual(['lock'])
    await expect(lockDirectory(folder)).rejects.toThrow(
      new RegExp(
        `^The lp-relay with process id ${process.pid} on .*, uses the data directory ${folder}\\. Stop that process, or choose another directory with --data\\.$`,
      ),
    )
    await lock.release()
    expect(await readdir(folder)).toEqual([])
    await (await lockDirectory(folder)).release()
  })

  it('is taken over from a process that was killed', async () => {
    await leaveSocket(join(folder, 'lock'))
    expect(await readdir(folder)).toEqual(['lock'])
    const lock = await lockDirectory(folder)
    await expect(lockDirectory(folder)).rejects.toThrow(`process id ${process.pid}`)
    await lock.release()
  })

  it('can be taken even if a file that is not a socket has the name of the lock', async () => {
    await writeFile(join(folder, 'lock'), '1')
    await (await lockDirectory(folder)).release()
    expect(await readdir(folder)).toEqual([])
  })

  it('has one holder when many relays start at the same time', async () => {
    await leaveSocket(join(folder, 'lock'))
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(folder)))
    const held = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    expect(held).toHaveLength(1)
    expect(await readdir(folder)).toEqual(['lock'])
    await held[0]?.release()
  })

  it('works in a directory with a long path', async () => {
    const deep = join(folder, 'a'.repeat(200))
    await mkdir(deep)
    const lock = await lockDirectory(deep)
    await expect(lockDirectory(deep)).rejects.toThrow(`process id ${process.pid}`)
    await lock.release()
    expect(await readdir(deep)).toEqual([])
  })
})

describe('the lock of a key', () => {
  it('is refused to a second relay on the same network, but not on another network', async () => {
    const network = `test-${process.pid}`
    const lock = await lockKey({ address, network })
    await expect(lockKey({ address, network })).rejects.toThrow(
      new RegExp(
        `process id ${process.pid} .*, uses the key of ${address}\\. Stop that process, or choose another key`,
      ),
    )
    await (await lockKey({ address, network: `${network}-2` })).release()
    await lock.release()
    await (await lockKey({ address, network })).release()
  })
})
