import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { buildsDirectory, keepBuild } from '../ffmpeg/OwnBuild'
import { findFfmpeg } from './findFfmpeg'

const folder = mkdtempSync(join(tmpdir(), 'lp-ffmpeg-'))
afterAll(() => rmSync(folder, { recursive: true }))

function script(name: string, body: string): string {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${body}\n`)
  chmodSync(path, 0o755)
  return path
}

const real = execFileSync('/bin/sh', ['-c', 'command -v ffmpeg'], { encoding: 'utf8' }).trim()

/** Stores a program in a cache directory, as if `lp-relay ffmpeg` had built it. */
function keep(cache: string, program: string) {
  const directory = buildsDirectory({ XDG_CACHE_HOME: join(folder, 'caches', cache) }) as string
  const origin = { ffmpeg: '5.1.9-0+deb12u1', x264: '0.164.3095-3', configuration: 'abc' }
  return keepBuild(directory, { program, origin, prove: async () => {} })
}

describe('findFfmpeg', () => {
  it('finds the ffmpeg of the system, because it passes the self-test', async () => {
    const { path, version, sandbox } = await findFfmpeg()
    expect(path).toMatch(/ffmpeg/)
    expect(version).not.toBe('unknown')
    expect(['bubblewrap', 'none']).toContain(sandbox.kind)
  })

  it('runs the real file behind a link on PATH, because the sandbox contains only the real file', async () => {
    const links = join(folder, 'links')
    mkdirSync(links)
    symlinkSync(real, join(links, 'ffmpeg'))
    expect((await findFfmpeg({ PATH: links })).path).toBe(realpathSync(real))
  })

  it('finds the ffmpeg that `lp-relay ffmpeg` has built, and not the ffmpeg of the system', async () => {
    const build = await keep('own', script('wrapper', `exec ${real} "$@"`))
    expect(await findFfmpeg({ PATH: process.env.PATH, XDG_CACHE_HOME: join(folder, 'caches/own') })).toMatchObject({
      ...{ path: build.path, ownBuild: build },
    })
  })

  it('finds the system’s ffmpeg if the build of `lp-relay ffmpeg` fails the self-test, or if another user can change this build', async () => {
    await keep('failing', script('failing', 'echo ffmpeg version 9'))
    const { path } = await keep('open', script('open', `exec ${real} "$@"`))
    chmodSync(path, 0o777)
    for (const cache of ['failing', 'open']) {
      const found = await findFfmpeg({ PATH: process.env.PATH, XDG_CACHE_HOME: join(folder, 'caches', cache) })
      expect(found.path).toBe(realpathSync(real))
      expect(found.ownBuild).toBeUndefined()
    }
  })

  it('uses the older name of an option if ffmpeg is older than 5.1', async () => {
    const old = script('old', `[ "$*" = "-h long" ] && exec echo "-vsync parameter"; exec ${real} "$@"`)
    expect((await findFfmpeg({ LP_FFMPEG: old })).dialect).toBe('vsync')
  })

  it('names the reason and the next steps if no ffmpeg can be used', async () => {
    await expect(findFfmpeg({ PATH: '/nowhere' })).rejects.toThrow(
      /^This machine has no ffmpeg\. Install an ffmpeg that has libx264, or set LP_FFMPEG to the path of such an ffmpeg\. On Debian, the command lp-relay ffmpeg builds such an ffmpeg\.$/,
    )
    mkdirSync(join(folder, 'bin'))
    const broken = script('bin/ffmpeg', 'exit 3')
    await expect(findFfmpeg({ PATH: join(folder, 'bin') })).rejects.toThrow(
      new RegExp(
        `^No ffmpeg on this machine follows the recipe \\(${broken}: .*\\)\\. Install an ffmpeg that has libx264`,
      ),
    )
  })

  it('if the program of LP_FFMPEG fails the self-test, is not ffmpeg or is missing, throws an error that names this problem', async () => {
    // Changes the quantiser, as a cheating transcoder would.
    const cheat = script('cheat', `for a; do shift; [ "$a" = 24 ] && a=34; set -- "$@" "$a"; done; exec ${real} "$@"`)
    for (const [LP_FFMPEG, problem] of [
      [cheat, 'The output of this ffmpeg differs from the recipe'],
      [script('liar', 'echo ffmpeg version 9'), 'Command failed|ffmpeg'],
      [join(folder, 'missing'), 'there is no such file'],
    ] as const)
      await expect(findFfmpeg({ ...process.env, LP_FFMPEG })).rejects.toThrow(
        new RegExp(`^LP_FFMPEG names ${LP_FFMPEG}, and this program cannot be used: .*(${problem}).*Correct LP_FFMPEG`),
      )
  })
})
