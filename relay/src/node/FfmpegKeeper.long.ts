import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDebian } from '../../testbeds/debian'
import { configureLog, type Entry, parseSpec } from '../log'
import { buildOwnFfmpeg, removeOwnFfmpeg } from './buildOwnFfmpeg'
import { FfmpegKeeper } from './FfmpegKeeper'
import { lockBuilds } from './Lock'

let debian: ReturnType<typeof createDebian>
let warnings: string[]
beforeEach(() => {
  debian = createDebian()
  warnings = []
  const write = ({ message, facts }: Entry) =>
    void warnings.push([message, facts.newest, facts.problem].join(' ').trim())
  configureLog({ spec: parseSpec('silent,node:warn'), write })
})
afterEach(() => {
  configureLog({ spec: parseSpec('silent'), write: () => {} })
  debian.remove()
})

const options = () => ({ env: debian.env, keyring: debian.keyring })

describe('FfmpegKeeper', () => {
  it('builds newer sources, warns about the old build, and uses the new build for the next segments', async () => {
    await buildOwnFfmpeg(options())
    const keeper = await FfmpegKeeper.open(options())
    const before = keeper.current
    expect(before.ownBuild?.origin.ffmpeg).toBe('5.1.9-0+deb12u1')
    debian.set('ffmpeg', '5.1.10-0+deb12u1')
    await keeper.renew()
    expect(keeper.current.ownBuild?.origin.ffmpeg).toBe('5.1.10-0+deb12u1')
    expect(keeper.status.path).not.toBe(before.path)
    expect(warnings).toEqual([
      'the ffmpeg that lp-relay built is old: lp-relay builds the newer sources now 5.1.10-0+deb12u1',
    ])
    // The keeper has already asked Debian today, so it does not see these sources.
    debian.set('ffmpeg', '5.1.11-0+deb12u1')
    await keeper.renew()
    expect(keeper.current.ownBuild?.origin.ffmpeg).toBe('5.1.10-0+deb12u1')
    await keeper.close()
  })

  it('uses the old build, and warns, if the build of the new sources fails the self-test', async () => {
    await buildOwnFfmpeg(options())
    const keeper = await FfmpegKeeper.open(options())
    const before = keeper.current
    debian.set('ffmpeg', '5.1.10-0+deb12u1')
    debian.set('program', '#!/bin/sh\necho ffmpeg version 9\n')
    await keeper.renew()
    expect(keeper.current).toBe(before)
    expect(warnings).toHaveLength(2)
    expect(warnings[1]).toMatch(/^the ffmpeg that lp-relay built could not be renewed, and may be old ./)
    expect((await FfmpegKeeper.open(options())).current.path).toBe(before.path)
    await keeper.close()
  })

  it('uses the build of another relay, and after `lp-relay ffmpeg --remove` builds nothing and uses the system’s ffmpeg', async () => {
    await buildOwnFfmpeg(options())
    const keepers = [await FfmpegKeeper.open(options()), await FfmpegKeeper.open(options())] as const
    debian.set('ffmpeg', '5.1.10-0+deb12u1')
    for (const keeper of keepers) await keeper.renew()
    const [first, second] = keepers
    expect(second.current.ownBuild?.origin.ffmpeg).toBe('5.1.10-0+deb12u1')
    expect(second.current.path).toBe(first.current.path)
    await removeOwnFfmpeg(debian.env)
    await first.renew()
    expect(first.current.ownBuild).toBeUndefined()
    for (const keeper of keepers) await keeper.close()
  })

  it('does not ask Debian if the relay uses an ffmpeg that lp-relay has not built', async () => {
    const keeper = await FfmpegKeeper.open(options())
    expect(keeper.current.ownBuild).toBeUndefined()
    keeper.start()
    await keeper.renew()
    expect(() => debian.seen('users')).toThrow('ENOENT')
    await keeper.close()
  })
})

describe('buildOwnFfmpeg', () => {
  it('does not run twice at the same time, and names the process that builds', async () => {
    await buildOwnFfmpeg(options())
    const lock = await lockBuilds(debian.directory)
    const refusal = new RegExp(`process id ${process.pid} .* uses the builds of ffmpeg in ${debian.directory}\\. Wait`)
    await expect(buildOwnFfmpeg(options())).rejects.toThrow(refusal)
    await expect(removeOwnFfmpeg(debian.env)).rejects.toThrow(refusal)
    await lock.release()
    expect(await removeOwnFfmpeg(debian.env)).toBe(debian.directory)
    expect((await FfmpegKeeper.open(options())).current.ownBuild).toBeUndefined()
  })

  it('needs a home directory', async () => {
    await expect(buildOwnFfmpeg({ env: { PATH: debian.env.PATH } })).rejects.toThrow('Set HOME or XDG_CACHE_HOME.')
  })
})
