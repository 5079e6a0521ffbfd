import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

export type Network = {
  /** The page. */
  url: string
  chainUrl: string
  chainProcess: number
  relayUrl: string
  /** Of the relay that was started first. */
  relayProcess: number
  /** Resolves to the process of the relay that was started in place of one that stopped. */
  nextRelay(): Promise<number>
  /** Ctrl-C, and the wait for everything to end. */
  stop(): Promise<unknown>
}

export type Ended = { code: number | null; said: string }

/** The whole network by the command that a stranger would run. */
export async function startNetwork(...args: string[]): Promise<Network> {
  const { child, lines } = command('npm', ['start', '--silent', '--', '--port', '0', '--relay-port', '0', ...args])
  const chain = lines.match(/^chain {2}(\S+) \(anvil, process (\d+)\)/m)
  const withRelay = !args.includes('--no-relay')
  const relay = withRelay ? lines.match(/^relay {2}(\S+) \(process (\d+)\)/m) : undefined
  const [, url] = await lines.match(/^ready (\S+)/m)
  const [, relayUrl = '', relayProcess = ''] = (await relay) ?? []
  const [, chainUrl, chainProcess] = await chain
  return {
    url: url as string,
    chainUrl: chainUrl as string,
    chainProcess: Number(chainProcess),
    relayUrl,
    relayProcess: Number(relayProcess),
    nextRelay: async () => Number((await lines.match(/^relay {2}\S+ \(process (\d+)\)/m))[1]),
    stop() {
      if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGINT')
      return lines.ended
    },
  }
}

/** Runs `npm start` to its end, which comes by itself when it cannot start. */
export const start = (...args: string[]): Promise<Ended> =>
  command('npm', ['start', '--silent', '--', ...args]).lines.ended

const noKey = { LP_PRIVATE_KEY: undefined, LP_PASSWORD: undefined }

/** Runs `lp-relay` to its end. */
export const lpRelay = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  command(process.execPath, ['relay/bin/lp-relay.js', ...args], { ...noKey, ...env }).lines.ended

/** Whether a process is there. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch {
    return false
  }
}

function command(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(program, args, {
    cwd: root,
    // A runner's wishes about colours would make Node itself speak up.
    env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that Ctrl-C can be sent to it as a terminal does.
    detached: true,
  })
  return { child, lines: new Lines(child) }
}

/** What a process says, asked for by pattern; each question is answered by what was not asked for before. */
class Lines {
  #said = ''
  #heard = () => {}
  #exited = false
  readonly ended: Promise<Ended>

  constructor(child: ChildProcess) {
    const hear = (chunk: Buffer) => {
      this.#said += chunk
      this.#heard()
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    // Not `exit`: whoever holds its output open is still there.
    this.ended = new Promise((resolve) =>
      child.once('close', (code) => {
        this.#exited = true
        this.#heard()
        resolve({ code, said: this.#said })
      }),
    )
  }

  async match(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#said)
      if (match) {
        this.#said = this.#said.replace(match[0], '')
        return match
      }
      if (this.#exited) throw new Error(`The process ended without saying ${pattern}. It said:\n${this.#said}`)
      const before = this.#heard
      await new Promise<void>((resolve) => {
        this.#heard = () => {
          before()
          resolve()
        }
      })
    }
  }
}
