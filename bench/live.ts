import { spawnSync } from 'node:child_process'

/** Plays a stream of each quality from a tab to three viewers on this machine, in real Chromium. */
export default async function live(): Promise<void> {
  spawnSync(process.execPath, ['node_modules/@playwright/test/cli.js', 'test', '-c', 'bench/live'], {
    stdio: 'inherit',
  })
}
