import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { confine, defaultLimits, environment, findSandbox, type Sandbox } from './sandbox'

const unconfined: Sandbox = { kind: 'none', reason: 'not asked for' }

function run(sandbox: Sandbox, script: string) {
  const { command, args } = confine({ sandbox, limits: defaultLimits, program: '/bin/sh', args: ['-c', script] })
  return spawnSync(command, args, { env: environment, encoding: 'utf8', timeout: 20_000 })
}

describe('confine', () => {
  it('limits time and memory, with and without a sandbox', async () => {
    for (const sandbox of [unconfined, await findSandbox('/bin/sh')])
      expect(run(sandbox, 'ulimit -t; ulimit -v; ulimit -c; ulimit -n').stdout).toBe('60\n2097152\n0\n64\n')
  })

  it('gives the program its memory in large pages, with and without a sandbox', async () => {
    for (const sandbox of [unconfined, await findSandbox('/bin/sh')])
      expect(run(sandbox, 'echo "$GLIBC_TUNABLES"').stdout).toContain('glibc.malloc.hugetlb=1')
  })

  it('passes all arguments unchanged', () => {
    const { command, args } = confine({
      sandbox: unconfined,
      limits: defaultLimits,
      program: '/bin/echo',
      args: ['$(id)', '; id', 'a b', '*'],
    })
    expect(spawnSync(command, args, { encoding: 'utf8' }).stdout).toBe('$(id) ; id a b *\n')
  })

  it('hides our environment variables and, in a sandbox, also our files, network and processes', async () => {
    const sandbox = await findSandbox('/bin/sh')
    const home = process.env.HOME ?? '/root'
    expect(run(sandbox, 'echo "$HOME"').stdout).toBe('\n')
    const seen = run(sandbox, `ls -d ${home} /etc/passwd /proc/1 /tmp /sys/class/net/eth0`).stdout
    // If namespaces are forbidden, only the limits protect the relay, and `/status` reports this.
    if (sandbox.kind === 'bubblewrap') expect(seen).toBe('')
    else expect(sandbox.reason).not.toBe('')
  })
})

describe('findSandbox', () => {
  it('returns the kind `none` with a reason when the sandbox cannot run the program', async () => {
    expect(await findSandbox('/nowhere/ffmpeg')).toMatchObject({ kind: 'none', reason: expect.stringMatching(/./) })
  })
})
