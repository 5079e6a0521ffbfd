import { type ChildProcess, spawn } from 'node:child_process'
import type { Hex } from 'viem'
import { StartError } from './StartError'

/**
 * Keeps one `lp-relay` process running: starts a new process when the old process ends. If a process fails before it is ready, a new
 * process would fail too. In this case, calls `onFailed` and starts no new process.
 */
export function supervise({
  name,
  args,
  key,
  onFailed,
}: {
  /** The name in printed lines. */
  name: string
  args: readonly string[]
  key: Hex
  onFailed(error: StartError): void
}): { ready: Promise<void>; stop(): Promise<void> } {
  let child: ChildProcess | undefined
  let stopping = false
  let becameReady = () => {}
  const ready = new Promise<void>((resolve) => {
    becameReady = resolve
  })
  const launch = () => {
    const env = { ...process.env, LP_PRIVATE_KEY: key, LP_LOG: process.env.LP_LOG ?? 'warn' }
    // The process gets its own process group, so Ctrl-C does not reach it. After Ctrl-C, `npm start` stops all processes in order.
    const started = spawn(process.execPath, ['relay/bin/lp-relay.js', ...args], {
      ...{ env, detached: true },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const killChild = () => started.kill()
    process.once('exit', killChild)
    child = started
    let output = ''
    let isReady = false
    started.stdout.on('data', (chunk: Buffer) => {
      output = (output + chunk).slice(-2_000)
      const match = /^ready (\S+)/m.exec(output)
      if (!match) return
      console.error(`${name.padEnd(6)} ${match[1]} (process ${started.pid})`)
      output = ''
      isReady = true
      becameReady()
    })
    started.once('exit', (code, signal) => {
      process.off('exit', killChild)
      if (stopping) return
      if (!isReady && code !== null && code !== 0)
        return onFailed(new StartError(`The ${name} stopped with code ${code}. Its output is above.`))
      console.error(`The ${name} ended (${signal ?? `code ${code}`}). Starting it again.`)
      launch()
    })
  }
  launch()
  const stop = async () => {
    stopping = true
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = new Promise((resolve) => child?.once('exit', resolve))
    child.kill()
    await exited
  }
  return { ready, stop }
}
