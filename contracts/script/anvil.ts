import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export type Anvil = {
  rpcUrl: string
  pid: number
  /** Resolves when the process is gone, wanted or not. */
  exited: Promise<void>
  stop(): Promise<void>
}

/** Starts a local chain on loopback. `port` 0 takes a free one; `blockTimeS` 0 mines a block a transaction. */
export async function startAnvil({
  port = 0,
  blockTimeS = 0,
}: {
  port?: number
  blockTimeS?: number
} = {}): Promise<Anvil> {
  const args = ['--host', '127.0.0.1', '--port', String(port), '--hardfork', 'prague']
  if (blockTimeS > 0) args.push('--block-time', String(blockTimeS))
  // A process group of its own: Ctrl-C in a terminal is for us, and we end the chain last.
  const child = spawn(executable(), args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const endWithUs = () => child.kill()
  process.once('exit', endWithUs)
  child.once('exit', () => process.off('exit', endWithUs))
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

/** npm's anvil where its platform package is installed, else the one on PATH. */
function executable(): string {
  const platform = { x64: 'amd64', arm64: 'arm64' }[process.arch as string]
  try {
    const manifest = `@foundry-rs/anvil-${process.platform}-${platform}/package.json`
    return join(dirname(createRequire(import.meta.url).resolve(manifest)), 'bin', 'anvil')
  } catch {
    return 'anvil'
  }
}

/** The address that anvil says it listens on. Throws `AnvilError` with its last words when it dies first. */
function listening(child: ChildProcess, exited: Promise<void>): Promise<string> {
  let said = ''
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      said = (said + chunk).slice(-4_000)
      const match = /Listening on ([\d.]+:\d+)/.exec(said)
      if (match) resolve(match[1] as string)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('error', (cause) => reject(new AnvilError({ said: cause.message })))
    exited.then(() => reject(new AnvilError({ said })))
  })
}

export class AnvilError extends Error {
  override readonly name = 'AnvilError'
  readonly forPeople = true
  constructor({ said }: { said: string }) {
    super(`The local chain (anvil) did not start. It said: ${said.trim().split('\n').slice(-3).join(' ') || 'nothing'}`)
  }
}
