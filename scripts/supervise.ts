import { type ChildProcess, spawn } from 'node:child_process'
import type { Hex } from 'viem'
import { StartError } from './StartError'

/**
 * Keeps one `lp-relay` alive: it resumes when it is killed. `onFailed` is called when it ends by itself before it is
 * ready, because then it would do so again.
 */
export function supervise({
  name,
  args,
  key,
  onFailed,
}: {
  /** For people. */
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
    // Its own process group, as the chain has: we end it, in good order.
    const started = spawn(process.execPath, ['relay/bin/lp-relay.js', ...args], {
      ...{ env, detached: true },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const endWithUs = () => started.kill()
    process.once('exit', endWithUs)
    child = started
    let said = ''
    let isReady = false
    started.stdout.on('data', (chunk: Buffer) => {
      said = (said + chunk).slice(-2_000)
      const match = /^ready (\S+)/m.exec(said)
      if (!match) return
      console.error(`${name.padEnd(6)} ${match[1]} (process ${started.pid})`)
      said = ''
      isReady = true
      becameReady()
    })
    started.once('exit', (code, signal) => {
      process.off('exit', endWithUs)
      if (stopping) return
      if (!isReady && code !== null && code !== 0)
        return onFailed(new StartError(`The ${name} stopped with code ${code}; what it said is above.`))
      console.error(`The ${name} was stopped by ${signal ?? `itself (code ${code})`}; starting it again.`)
      launch()
    })
  }
  launch()
  const stop = async () => {
    stopping = true
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child?.once('exit', resolve))
    child.kill()
    await gone
  }
  return { ready, stop }
}
