import { spawnSync } from 'node:child_process'
import { ensureBrowser } from '../scripts/system'

/**
 * Sends one stream of each quality from a tab to four viewers on this machine, in real Chromium, and prints the measurements of the
 * viewers. The pictures of the camera contain their numbers, so the time from camera to screen is measured and not only told by the page.
 */
export default async function live(): Promise<void> {
  const { status } = spawnSync(process.execPath, ['node_modules/@playwright/test/cli.js', 'test', '-c', 'bench/live'], {
    stdio: 'inherit',
    env: { ...process.env, CHROMIUM_PATH: ensureBrowser('Chromium') },
  })
  // No measurement has a limit, so a slow stream does not make the command fail. The command fails only if a page does not reach
  // the expected state, for example if a stream does not start.
  process.exitCode = status ?? 1
}
