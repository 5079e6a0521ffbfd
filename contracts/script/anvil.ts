import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export type Anvil = {
  rpcUrl: string
  pid: number
  /** Resolves when the process has ended. Never rejects. */
  exited: Promise<void>
  stop(): Promise<void>
}

/**
 * The largest number of block states that anvil keeps on disk. Anvil drops the oldest states. Without this limit, anvil writes the state of
 * every block to disk: 1 GB or more for each hour of `npm start`. A full node keeps the states of 128 blocks.
 */
const maxStates = 1_000

/**
 * Starts a local chain on loopback. If `port` is 0, the chain uses an unused port. If `blockTimeS` is 0, anvil mines each transaction in a
 * new block.
 */
export async function startAnvil({
  port = 0,
  blockTimeS = 0,
  chainId,
}: {
  port?: number
  blockTimeS?: number
  /** Default 31337. */
  chainId?: number
} = {}): Promise<Anvil> {
  const args = ['--host', '127.0.0.1', '--port', String(port), '--hardfork', 'prague']
  if (chainId !== undefined) args.push('--chain-id', String(chainId))
  args.push('--max-persisted-states', String(maxStates))
  if (blockTimeS > 0) args.push('--block-time', String(blockTimeS))
  // Ctrl-C in a terminal ends all processes of the terminal's process group. The chain must end last, so it runs in a separate group.
  const child = spawn(executable(), args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const killChild = () => child.kill()
  process.once('exit', killChild)
  child.once('exit', () => process.off('exit', killChild))
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const address = await listening(child, exited)
  return {
    rpcUrl: `http://${address}`,
    pid: child.pid as number,
    exited,
    stop: async () => {
      child.kill()
      await exited
    },
  }
}

/** The path of the anvil in npm's platform package. If npm has no such package for this platform, the result is the anvil on PATH. */
function executable(): string {
  const platform = { x64: 'amd64', arm64: 'arm64' }[process.arch as string]
  try {
    const manifest = `@foundry-rs/anvil-${process.platform}-${platform}/package.json`
    return join(dirname(createRequire(import.meta.url).resolve(manifest)), 'bin', 'anvil')
  } catch {
    return 'anvil'
  }
}

/**
 * Resolves to anvil's address when anvil listens. If anvil ends before it listens, rejects with `AnvilError`, which has
 * anvil's last output.
 */
function listening(child: ChildProcess, exited: Promise<void>): Promise<string> {
  let output = ''
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output = (output + chunk).slice(-4_000)
      const match = /Listening on ([\d.]+:\d+)/.exec(output)
      if (match) resolve(match[1] as string)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('error', (cause) => reject(new AnvilError({ output: cause.message })))
    exited.then(() => reject(new AnvilError({ output })))
  })
}

export class AnvilError extends Error {
  override readonly name = 'AnvilError'
  readonly forPeople = true
  constructor({ output }: { output: string }) {
    const lastLines = output.trim().split('\n').slice(-3).join(' ')
    super(`The local chain (anvil) did not start. Its output: ${lastLines || 'none'}`)
  }
}
