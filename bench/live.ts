import { spawnSync } from 'node:child_process'
import { ensureChromium } from '../scripts/system'

/** Sends one stream of each quality from a tab to three viewers on this machine, in real Chromium, and prints the figures of the viewers. */
export default async function live(): Promise<void> {
  const chromium = ensureChromium()
  if (!chromium) throw new NoChromiumError()
  const { status } = spawnSync(process.execPath, ['node_modules/@playwright/test/cli.js', 'test', '-c', 'bench/live'], {
    stdio: 'inherit',
    env: { ...process.env, CHROMIUM_PATH: chromium },
  })
  // The figures have no limits, so a slow stream does not make the command fail. It fails if a page does not reach the expected state, for
  // example if a stream does not start.
  process.exitCode = status ?? 1
}

class NoChromiumError extends Error {
  override readonly name = 'NoChromiumError'
  constructor() {
    super('This benchmark needs Chromium. Install it, or set CHROMIUM_PATH to its program.')
  }
}
