import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

export type Network = {
  /** The page. */
  url: string
  chainUrl: string
  relayUrl: string
  relayProcess: number
  /** Resolves to the URL of the relay that was started in place of one that stopped. */
  nextRelay(): Promise<string>
  stop(): Promise<void>
}

/** The whole network by the command that a stranger would run. */
export async function startNetwork(...args: string[]): Promise<Network> {
  const child = spawn('npm', ['start', '--silent', '--', '--port', '0', '--relay-port', '0', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that Ctrl-C can be sent to it as a terminal does.
    detached: true,
  })
  const lines = new Lines(child)
  const chain = lines.match(/^chain {2}(\S+) \(anvil, process \d+\)/m)
  const withRelay = !args.includes('--no-relay')
  const relay = withRelay ? lines.match(/^relay {2}(\S+) \(process (\d+)\)/m) : undefined
  const [, url] = await lines.match(/^ready (\S+)/m)
  const [, relayUrl = '', relayProcess = ''] = (await relay) ?? []
  const [, chainUrl] = await chain
  return {
    url: url as string,
    chainUrl: chainUrl as string,
    relayUrl,
    relayProcess: Number(relayProcess),
    nextRelay: async () => (await lines.match(/^relay {2}(\S+) \(process \d+\)/m))[1] as string,
    stop: () => interrupt(child),
  }
}

/** Ctrl-C, and the wait for everything to end. */
async function interrupt(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGINT')
  await gone
}

/** What a process says, asked for by pattern; each question is answered by what was not asked for before. */
class Lines {
  #said = ''
  #heard = () => {}
  #exited = false

  constructor(child: ChildProcess) {
    const hear = (chunk: Buffer) => {
      this.#said += chunk
      this.#heard()
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', () => {
      this.#exited = true
      this.#heard()
    })
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
