import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { localKey, localVerifier } from '@lp/contracts/script/deploy'
import { fundOperator } from '@lp/contracts/script/localChain'
import { parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { statusToken } from './operator'
import { type Chain, pricePerUnit } from './startNode'

const relayRoom = fileURLToPath(new URL('..', import.meta.url))

/** Builds `lp-relay`, if its sources have changed since its last build. */
export function buildRelay() {
  const args = ['scripts/ts.mjs', 'scripts/build.ts', 'relay']
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: join(relayRoom, '..'), encoding: 'utf8' })
  if (status !== 0) throw new BuildError(stderr)
}

/** `lp-relay` in a separate process, which can be killed and started again with the same data directory. */
export async function createRelayProcess(
  chain: Pick<Chain, 'rpcUrl'>,
  {
    rpcUrl = chain.rpcUrl,
    env = {},
    diskMebibytes,
  }: {
    rpcUrl?: string
    env?: Record<string, string>
    /** The data directory is a file system of this size. Only this process mounts it. A test reads it under `/proc/<processId>/root`. */
    diskMebibytes?: number
  } = {},
) {
  const operator = await createOperator(chain)
  const data = await mkdtemp(join(tmpdir(), 'lp-relay-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const options = ['--rpc', rpcUrl, '--data', data, '--host', '127.0.0.1', '--port', `${port}`, '--uri', url]
  const terms = ['--stake', '100', '--price', `${pricePerUnit}`]
  const mount = `mount -t tmpfs -o size=${diskMebibytes}m tmpfs "$0" && exec "$@"`
  const within =
    diskMebibytes === undefined ? [] : ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', mount, data]
  const keyed = { ...env, LP_PRIVATE_KEY: operator.key }
  const process = createProcess(['start', ...options, ...terms], { env: keyed, within })
  return { ...process, ...operator, url, data }
}

/** `lp-relay relay` in a separate process, with 10 ether. */
export async function createCarrierProcess(chain: Chain, args: readonly string[]) {
  const key = generatePrivateKey()
  const address = privateKeyToAddress(key)
  await chain.test.setBalance({ address, value: parseEther('10') })
  const data = await mkdtemp(join(tmpdir(), 'lp-relay-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const place = ['--rpc', chain.rpcUrl, '--data', data, '--host', '127.0.0.1', '--port', `${port}`, '--uri', url]
  const process = createProcess(['relay', ...place, ...args], { env: { LP_PRIVATE_KEY: key } })
  return { ...process, key, address, data, url }
}

/** `lp-relay verify` in a separate process, with the key of the local chain's verifier. */
export async function createVerifierProcess({ rpcUrl }: Pick<Chain, 'rpcUrl'>) {
  const { key } = await createOperator({ rpcUrl }, localKey(localVerifier))
  const port = await freePort()
  const options = ['--rpc', rpcUrl, '--host', '127.0.0.1', '--port', `${port}`]
  return { ...createProcess(['verify', ...options], { env: { LP_PRIVATE_KEY: key } }), url: `http://127.0.0.1:${port}` }
}

/** Runs a command of `lp-relay`, and waits until the command ends. `output`: stdout and stderr. Without `env`, the process has no key. */
export function runRelay(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(relayRoom, 'bin/lp-relay.js'), ...args], {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', LP_LOG: 'silent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk
    })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output: output.trim() })))
}

async function createOperator({ rpcUrl }: Pick<Chain, 'rpcUrl'>, key = generatePrivateKey()) {
  const address = privateKeyToAddress(key)
  await fundOperator({ rpcUrl, operator: address, stake: parseEther('100') })
  return { key, address }
}

/** `within`: a command that prepares the process, and then runs the command in its last arguments. */
function createProcess(
  args: readonly string[],
  { env, within = [] }: { env: Record<string, string>; within?: readonly string[] },
) {
  let child: ChildProcess | undefined

  /** Resolves to `true` when the process is ready, and to `false` if the process ends before it is ready. */
  async function start(): Promise<boolean> {
    const command = [...within, process.execPath, join(relayRoom, 'bin/lp-relay.js'), ...args]
    const started = spawn(command[0] as string, command.slice(1), {
      env: { ...process.env, LP_LOG: process.env.LP_LOG ?? 'silent', LP_STATUS_TOKEN: statusToken, ...env },
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

  async function end(signal: NodeJS.Signals) {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  return {
    start,
    processId: () => child?.pid,
    /** Asks the process to shut down (SIGTERM). */
    stop: () => end('SIGTERM'),
    /** Kills the process immediately (SIGKILL). */
    kill: () => end('SIGKILL'),
  }
}

/** A port that no program uses. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  return port
}

class BuildError extends Error {
  override readonly name = 'BuildError'
}
