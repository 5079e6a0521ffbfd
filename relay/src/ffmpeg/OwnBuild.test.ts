import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { buildsDirectory, keepBuild, readBuild, removeBuilds } from './OwnBuild'

const folder = mkdtempSync(join(tmpdir(), 'lp-own-build-'))
afterAll(() => rmSync(folder, { recursive: true }))

const origin = { ffmpeg: '5.1.9-0+deb12u1', x264: '0.164.3095-3', configuration: 'abc' }

async function keep(directory: string) {
  const program = join(folder, 'program')
  writeFileSync(program, '')
  return keepBuild(directory, { program, origin, prove: async () => {} })
}

describe('buildsDirectory', () => {
  it('is in the cache directory of the user', () => {
    expect(buildsDirectory({ HOME: '/home/lp' })).toBe('/home/lp/.cache/lp-relay/ffmpeg')
    expect(buildsDirectory({ HOME: '/home/lp', XDG_CACHE_HOME: '/var/cache/lp' })).toBe('/var/cache/lp/lp-relay/ffmpeg')
    expect(buildsDirectory({})).toBeUndefined()
  })
})

describe('readBuild', () => {
  it('reads the build that was kept, and returns undefined when no build is kept or the build was removed', async () => {
    const directory = join(folder, 'kept')
    expect(await readBuild(directory)).toBeUndefined()
    const build = await keep(directory)
    expect(await readBuild(directory)).toEqual(build)
    await removeBuilds(directory)
    expect(await readBuild(directory)).toBeUndefined()
  })

  it('refuses a program that another user can change, or that is missing', async () => {
    const { path } = await keep(join(folder, 'shared'))
    chmodSync(path, 0o777)
    await expect(readBuild(join(folder, 'shared'))).rejects.toThrow(`another user can change the file ${path}`)
    rmSync(path)
    await expect(readBuild(join(folder, 'shared'))).rejects.toThrow(`the file ${path} cannot be read (ENOENT)`)
  })

  it('refuses a damaged record, and a record whose path leads out of the directory', async () => {
    const directory = join(folder, 'damaged')
    await keep(directory)
    for (const text of ['', '{', 'null', '{"folder":1}', JSON.stringify({ ...origin, folder: '../../bin' })]) {
      writeFileSync(join(directory, 'current.json'), text)
      await expect(readBuild(directory)).rejects.toThrow(/is damaged\. Build it again with: lp-relay ffmpeg$/)
    }
  })
})
