import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fundOperator } from '@lp/contracts/script/localChain'
import { parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { type Chain, pricePerUnit } from './startNode.testbed'

const relayRoom = fileURLToPath(new URL('../..', import.meta.url))

/** Builds what `lp-relay` runs, as it is in the sources now. */
export function buildRelay() {
  const { status, stderr } = spawnSync('npx', ['rolldown', '-c'], { cwd: relayRoom, encoding: 'utf8' })
  if (status !== 0) throw new BuildError(stderr)
}

/** `lp-relay` in a process of its own, which can be killed and started again on the same data. */
export async function createRelayProcess(chain: Chain, { rpcUrl = chain.rpcUrl }: { rpcUrl?: string } = {}) {
  const key = generatePrivateKey()
  const address = privateKeyToAddress(key)
  await fundOperator({ rpcUrl: chain.rpcUrl, operator: address, stake: parseEther('100') })
  const data = await mkdtemp(join(tmpdir(), 'lp-relay-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined

  /** Resolves when it says that it is ready; to `false` when it was killed before. */
  async function start(): Promise<boolean> {
    const options = ['--rpc', rpcUrl, '--data', data, '--host', '127.0.0.1', '--port', `${port}`, '--uri', url]
    const terms = ['--stake', '100', '--price', `${pricePerUnit}`]
    const env = { ...process.env, LP_PRIVATE_KEY: key, LP_LOG: process.env.LP_LOG ?? 'silent' }
    const started = spawn(process.execPath, [join(relayRoom, 'bin/lp-relay.js'), ...options, ...terms], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child = started
    const endWithUs = () => started.kill('SIGKILL')
    process.once('exit', endWithUs)
    started.once('exit', () => process.off('exit', endWithUs))
    let said = ''
    return new Promise((resolve) => {
      started.once('exit', () => resolve(false))
      started.stdout.on('data', (chunk: Buffer) => {
        said += chunk
        if (/^ready /m.test(said)) resolve(true)
      })
    })
  }

  /** Ends it in the middle of whatever it does. */
  async function kill() {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  return { address, url, data, start, kill }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  return port
}

class BuildError extends Error {
  override readonly name = 'BuildError'
}
