#!/usr/bin/env node
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const built = new URL('../dist/cli.js', import.meta.url)
const checkout = fileURLToPath(new URL('../../scripts/run.mjs', import.meta.url))
// The published package is already built. In a checkout, the first start builds the program.
if (!existsSync(built) && existsSync(checkout)) {
  const { status } = spawnSync(process.execPath, [checkout, 'build'], { stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(status ?? 1)
}
await import(built.href)
