import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { TranscodingOptions } from '@lp/contracts/protocol'
import { fundOperator } from '@lp/contracts/script/localChain'
import { type Address, parseEther } from 'viem'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mineFast, setVerificationRate, startVerifier } from '../../testbeds/claims'
import { statusToken } from '../../testbeds/operator'
import { buildRelay, freePort } from '../../testbeds/relayProcess'
import { settled } from '../../testbeds/settled'
import { type Chain, makeSegments, options, pricePerUnit, startChain, untilActive } from '../../testbeds/startNode'

const room = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

let folder: string
let chain: Chain
beforeAll(async () => {
  buildRelay()
  folder = await mkdtemp(join(tmpdir(), 'lp-package-'))
  chain = await startChain()
})
afterAll(async () => {
  await chain.stop()
  await rm(folder, { recursive: true })
})

/** A user's environment: no settings of npm that `npm test` passes on, and no compiler on the path. */
function environment(extra: Record<string, string> = {}) {
  const path = join(folder, 'bin')
  return { PATH: `${path}:/nowhere`, HOME: join(folder, 'home'), LP_LOG: 'silent', ...extra }
}

/** The commands of "Run a relay" in README. */
async function commandsInReadme(): Promise<string[]> {
  const readme = await readFile(join(room, '../README.md'), 'utf8')
  const [, section = ''] = readme.split('## Run a relay')
  return [...section.matchAll(/^(?:LP_PASSWORD=… )?npx (lp-relay .*?)(?: +#.*)?$/gm)].map(
    ([, command]) => command as string,
  )
}

it('lp-relay can be installed from its package on a machine without a compiler, and is paid for a stream', {
  timeout: 300_000,
}, async () => {
  // npm packs the files of the build above.
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: room })
  const [tarball] = (await readdir(folder)).filter((file) => file.endsWith('.tgz'))
  expect(tarball).toBe('lp-relay-0.1.0.tgz')
  const empty = join(folder, 'empty')
  await mkdir(empty)
  await mkdir(join(folder, 'home'))
  await mkdir(join(folder, 'bin'))
  const { symlink } = await import('node:fs/promises')
  for (const program of ['node', 'npm', 'npx', 'sh', 'ffmpeg', 'bwrap', 'env', 'chmod']) {
    const found = ['/usr/local/bin', '/usr/bin', '/bin', join(process.execPath, '..')]
      .map((path) => join(path, program))
      .find(existsSync)
    if (found) await symlink(found, join(folder, 'bin', program))
  }
  const cache = (await run('npm', ['config', 'get', 'cache'])).stdout.trim()
  const install = [
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--cache',
    cache,
    join(folder, tarball as string),
  ]
  await run('npm', install, { cwd: empty, env: environment() })
  expect(await readdir(join(empty, 'node_modules'))).toEqual(
    expect.arrayContaining(['@ffmpeg', 'lp-relay', 'node-datachannel']),
  )
  expect(existsSync(join(empty, 'node_modules/bittorrent-tracker'))).toBe(false)
  const licences = await readFile(join(empty, 'node_modules/lp-relay/dist/THIRD-PARTY-LICENSES.txt'), 'utf8')
  for (const name of ['viem', 'bittorrent-tracker', 'ws', 'zod'])
    expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'))

  // From here on, the commands are those of README.
  const [key, start, status] = await commandsInReadme()
  expect([key, start, status]).toEqual([
    'lp-relay key',
    'lp-relay --rpc https://… --uri https://relay.example --stake 100 --price 100',
    'lp-relay status',
  ])
  const env = environment({ LP_PASSWORD: 'password', LP_STATUS_TOKEN: statusToken })
  const lpRelay = (...args: string[]) => run('npx', ['lp-relay', ...args], { cwd: empty, env })
  const [, address] = /The key of (0x\w{40}) is in /.exec((await lpRelay('key')).stdout) ?? []
  await fundOperator({ rpcUrl: chain.rpcUrl, operator: address as Address, stake: parseEther('100') })

  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const relay = spawn(
    'npx',
    ['lp-relay', '--rpc', chain.rpcUrl, '--uri', url, '--stake', '100', '--price', '100', '--port', `${port}`],
    { cwd: empty, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  )
  const ended = once(relay, 'exit')
  let miner: Awaited<ReturnType<typeof mineFast>> | undefined
  try {
    const [ready] = await Promise.race([once(relay.stdout, 'data'), ended])
    expect(`${ready}`).toMatch(/^ready /)
    await untilActive(chain, address as Address)
    await setVerificationRate(chain, 1n)
    const verifier = await startVerifier(chain)
    miner = await mineFast(chain)
    const { claims, spent } = await settled(chain, {
      relay: { url, address: address as Address },
      segments: makeSegments(2),
    })
    expect(claims).toMatchObject([{ state: 'paid', segments: 2 }])
    expect(spent).toBe(pricePerUnit * TranscodingOptions.unitsPerSecond(options) * 4n)
    expect((await lpRelay('status', '--url', url)).stdout).toMatch(/paid/)
    verifier.stop()
  } finally {
    await endGroup(relay.pid)
    miner?.stop()
  }
})

/** Ends npx and the relay that it started, and waits until both have ended. */
async function endGroup(leader: number | undefined) {
  if (leader === undefined) return
  for (let signal: NodeJS.Signals | 0 = 'SIGTERM'; ; signal = 0) {
    try {
      process.kill(-leader, signal)
    } catch {
      return
    }
    await sleep(100)
  }
}
