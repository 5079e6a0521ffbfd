import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findFfmpeg } from './findFfmpeg'

const folder = mkdtempSync(join(tmpdir(), 'lp-ffmpeg-'))
afterAll(() => rmSync(folder, { recursive: true }))

function script(name: string, body: string): string {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${body}\n`)
  chmodSync(path, 0o755)
  return path
}

describe('findFfmpeg', () => {
  it('finds the ffmpeg of the system, because it passes the self-test', async () => {
    const { path, version, sandbox } = await findFfmpeg()
    expect(path).toMatch(/ffmpeg/)
    expect(version).not.toBe('unknown')
    expect(['bubblewrap', 'none']).toContain(sandbox.kind)
  })

  it('finds the ffmpeg of the npm package when the system has no ffmpeg', async () => {
    const { path, dialect } = await findFfmpeg({ PATH: '/nowhere' })
    expect(path).toMatch(/@ffmpeg-installer/)
    expect(dialect).toBe('vsync')
  })

  it('refuses a program of LP_FFMPEG that fails the self-test, is not ffmpeg or is missing, and says so', async () => {
    const real = execFileSync('/bin/sh', ['-c', 'command -v ffmpeg'], { encoding: 'utf8' }).trim()
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
