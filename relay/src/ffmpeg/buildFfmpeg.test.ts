import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDebian } from '../../testbeds/debian'
import { type BuildOptions, buildFfmpeg } from './buildFfmpeg'
import { readBuild } from './OwnBuild'

let debian: ReturnType<typeof createDebian>
beforeEach(() => {
  debian = createDebian()
})
afterEach(() => debian.remove())

const build = (options: Partial<BuildOptions> = {}) => {
  const { directory, keyring, env } = debian
  return buildFfmpeg({ directory, keyring, path: env.PATH, prove: async () => {}, ...options })
}

describe('buildFfmpeg', () => {
  it('builds the newest sources once, and again when Debian has newer sources', async () => {
    const replaced: string[] = []
    const onOld = ({ ffmpeg, x264 }: { ffmpeg: string; x264: string }) => replaced.push(`${ffmpeg} ${x264}`)
    const first = await build({ onOld })
    expect(first).toMatchObject({ isNew: true, build: { origin: { ffmpeg: '5.1.9-0+deb12u1', x264: '0.164.3095-3' } } })
    expect(await build({ onOld })).toEqual({ isNew: false, build: first.build })

    debian.set('ffmpeg', '5.1.10-0+deb12u1')
    const second = await build({ onOld })
    debian.set('x264', '0.164.3095-4')
    const third = await build({ onOld })
    expect(replaced).toEqual(['5.1.10-0+deb12u1 0.164.3095-3', '5.1.10-0+deb12u1 0.164.3095-4'])
    expect(await readBuild(debian.directory)).toEqual(third.build)
    // A relay may still run the previous build.
    const kept = readdirSync(join(debian.directory, 'builds')).map((name) => join(debian.directory, 'builds', name))
    expect(kept.map((path) => join(path, 'ffmpeg')).sort()).toEqual([second.build.path, third.build.path].sort())
    expect((await build({ again: true })).isNew).toBe(true)
  })

  it('fetches from Debian’s mirrors through the system’s proxy, trusts only Debian’s key, and runs no hooks', async () => {
    await build()
    expect(debian.seen('sources.list')).toBe(
      `deb-src [signed-by=${debian.keyring}] http://mirror.example/debian/ bookworm main\n`,
    )
    const settings = debian.seen('apt.conf')
    expect(settings).toContain('Acquire::http::Proxy "http://proxy.example:3142";')
    expect(settings).not.toMatch(/Invoke|Unauthenticated/)
  })

  it('runs no tool as root', async () => {
    await build()
    const self = process.getuid?.()
    expect(Number(debian.seen('users'))).toBe(self === 0 ? 65_534 : self)
  })

  it('names the missing tools, and the command that installs them', async () => {
    debian.removeTool('gcc')
    debian.removeTool('dpkg-source')
    // This path does not contain the system's directories, because the tools may be installed there.
    const path = debian.env.PATH.split(':')[0] as string
    await expect(build({ path })).rejects.toThrow(
      /^The command lp-relay ffmpeg needs dpkg-source, gcc\. Install the missing tools with: sudo apt-get install dpkg-dev build-essential$/,
    )
  })

  it('says what to do on a system that is not Debian', async () => {
    await expect(build({ keyring: '/nowhere/keyring.gpg' })).rejects.toThrow(
      /^lp-relay ffmpeg needs Debian, .*: install ffmpeg with libx264 by other means, or set LP_FFMPEG to its path\.$/,
    )
  })

  it('keeps the previous build if Debian does not answer, the compiler fails, or the new build fails the self-test', async () => {
    const { build: before } = await build()
    debian.set('ffmpeg', '5.1.10-0+deb12u1')
    debian.fail('E: The repository is not signed.\n')
    await expect(build()).rejects.toThrow(
      'Debian’s sources of ffmpeg could not be fetched: The repository is not signed. Check the network and the addresses in /etc/apt, and run lp-relay ffmpeg again.',
    )
    debian.fail()
    const prove = async () => {
      throw new Error('The output of this ffmpeg differs from the recipe.')
    }
    await expect(build({ prove })).rejects.toThrow('differs from the recipe')
    debian.breakCompiler()
    const log = join(debian.directory, 'build.log')
    await expect(build()).rejects.toThrow(
      `The build of ffmpeg failed, because make ended with exit code 2. Read ${log}, correct the cause, and run lp-relay ffmpeg again.`,
    )
    expect(readFileSync(log, 'utf8')).toContain('out of registers')
    expect(await readBuild(debian.directory)).toEqual(before)
    expect(readdirSync(join(debian.directory, 'builds'))).toHaveLength(1)
  })
})
