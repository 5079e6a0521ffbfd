import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

export type Network = {
  /** The address of the page. */
  url: string
  chainUrl: string
  chainProcess: number
  relayUrl: string
  /** Process id of the newest relay. */
  readonly relayProcess: number
  /** Stops a relay process with SIGTERM. The network starts a new relay only after the test has called the returned function. */
  stopRelay(relay: number): () => void
  /** Waits until a new relay has replaced the stopped relay, and resolves to the process id of the new relay. */
  nextRelay(): Promise<number>
  /**
   * Stops the relay, deletes its streams and payloads, and starts a new relay at the same address. Like the old relay, the new relay runs a
   * tracker.
   */
  emptyRelay(): Promise<unknown>
  /** The whole status of the relay, as its operator reads it. */
  readStatus(): Promise<OperatorStatus>
  /** Sends Ctrl-C and waits until `npm start` has exited. */
  stop(): Promise<unknown>
}

/** The parts of a relay’s status that tests read. Amounts in wei. */
export type OperatorStatus = {
  /** The address at which viewers can call the relay over WebRTC without a tracker, as a share link contains it. */
  direct?: string
  payments?: { peers: readonly { party: string; earned: string; paid: string }[] }
}

export type Exit = { code: number | null; output: string }

/** Starts the whole network with `npm start`, as a new user does. */
export async function startNetwork(...args: string[]): Promise<Network> {
  const { child, lines } = command('npm', ['start', '--silent', '--', '--port', '0', '--relay-port', '0', ...args])
  const chain = lines.match(/^chain {2}(\S+) \(anvil, process (\d+)\)/m)
  const withRelay = !args.includes('--no-relay')
  const relay = withRelay ? lines.match(/^relay {2}(\S+) \(process (\d+)\)/m) : undefined
  const [, url] = await lines.match(/^ready (\S+)/m)
  const [, relayUrl = '', relayProcess = ''] = (await relay) ?? []
  const [, chainUrl, chainProcess] = await chain
  let newest = Number(relayProcess)
  const stopRelay = (relay: number) => {
    // The parent process of the relay would start a new relay within a second. So the parent process is paused.
    const starter = parentOf(relay)
    process.kill(starter, 'SIGSTOP')
    process.kill(relay, 'SIGTERM')
    return () => process.kill(starter, 'SIGCONT')
  }
  const nextRelay = async () => {
    newest = Number((await lines.match(/^relay {2}\S+ \(process (\d+)\)/m))[1])
    return newest
  }
  const dataFolder = () => /--data (\S+)/.exec(psOf(newest, 'args'))?.[1] ?? ''
  return {
    url: url as string,
    chainUrl: chainUrl as string,
    chainProcess: Number(chainProcess),
    relayUrl,
    get relayProcess() {
      return newest
    },
    stopRelay,
    nextRelay,
    readStatus: () => readStatus(relayUrl, dataFolder()),
    async emptyRelay() {
      const data = dataFolder()
      const startAgain = stopRelay(newest)
      while (isRunning(newest)) await new Promise((resolve) => setTimeout(resolve, 50))
      for (const folder of ['streams', 'payloads']) await rm(join(data, folder), { recursive: true })
      startAgain()
      return nextRelay()
    },
    stop() {
      if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGINT')
      return lines.exit
    },
  }
}

/** Runs `npm start` with arguments that make it fail, and waits for its exit. */
export const runStart = (...args: string[]): Promise<Exit> =>
  command('npm', ['start', '--silent', '--', ...args]).lines.exit

/** The whole status of a relay. `data`: its data directory, which has the token of the operator. */
export async function readStatus(url: string, data: string): Promise<OperatorStatus> {
  const token = (await readFile(join(data, 'status-token'), 'utf8')).trim()
  const response = await fetch(`${url}/status`, { headers: { authorization: `Bearer ${token}` } })
  return (await response.json()) as OperatorStatus
}

const psOf = (processId: number, column: 'ppid' | 'args' | 'stat'): string =>
  execFileSync('ps', ['-o', `${column}=`, '-p', String(processId)], { encoding: 'utf8' })

const parentOf = (processId: number): number => Number(psOf(processId, 'ppid'))

/** Whether the process still runs. A process that has ended still exists until its parent process has noticed the end. */
const isRunning = (processId: number): boolean => isAlive(processId) && !psOf(processId, 'stat').startsWith('Z')

/** Whether the process exists. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch {
    return false
  }
}

/** Starts a program in its own process group. */
export function command(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(program, args, {
    cwd: root,
    // The test runner sets NO_COLOR and FORCE_COLOR, and Node prints a warning if both are set.
    env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // The process gets a new process group, to which a test can send Ctrl-C as a terminal does.
    detached: true,
  })
  return { child, lines: new ProcessOutput(child) }
}

/** The output of a process. `match` waits for a pattern and removes the matched text. So the next call of `match` finds a later text. */
class ProcessOutput {
  #output = ''
  #wakeWaiting = () => {}
  #exited = false
  readonly exit: Promise<Exit>

  constructor(child: ChildProcess) {
    const append = (chunk: Buffer) => {
      this.#output += chunk
      this.#wakeWaiting()
    }
    child.stdout?.on('data', append)
    child.stderr?.on('data', append)
    // `close` comes after `exit`, when the output has ended. A process that `child` started can keep the output open.
    this.exit = new Promise((resolve) =>
      child.once('close', (code) => {
        this.#exited = true
        this.#wakeWaiting()
        resolve({ code, output: this.#output })
      }),
    )
  }

  async match(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#output)
      if (match) {
        this.#output = this.#output.replace(match[0], '')
        return match
      }
      if (this.#exited) throw new Error(`The process ended, and its output does not match ${pattern}:\n${this.#output}`)
      const before = this.#wakeWaiting
      await new Promise<void>((resolve) => {
        this.#wakeWaiting = () => {
          before()
          resolve()
        }
      })
    }
  }
}
