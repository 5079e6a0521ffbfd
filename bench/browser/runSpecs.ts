import { spawnSync } from 'node:child_process'
import { ensureBrowser } from '../../scripts/system'

/**
 * Runs the specs of a folder of `bench` in real Chromium. No measurement has a limit, so slowness does not make the command fail. The command
 * fails only if a page does not reach the expected state, for example if a stream does not start.
 */
export function runSpecs(folder: string, env: Readonly<Record<string, string>> = {}): void {
  const { status } = spawnSync(process.execPath, ['node_modules/@playwright/test/cli.js', 'test', '-c', folder], {
    stdio: 'inherit',
    env: { ...process.env, ...env, CHROMIUM_PATH: ensureBrowser('Chromium') },
  })
  process.exitCode = status ?? 1
}
