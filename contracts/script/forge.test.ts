import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const forge = (...args: string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL('forge.mjs', import.meta.url)), ...args], { encoding: 'utf8' })

test('forge.mjs exits with the status of forge', () => {
  expect(forge('--version')).toMatchObject({ status: 0 })
  expect(forge('build', '--no-such-option').status).toBeGreaterThan(0)
})
