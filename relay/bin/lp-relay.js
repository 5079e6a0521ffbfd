#!/usr/bin/env node
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19))
  fail(
    `lp-relay needs Node 20.19 or newer, and this is ${process.version}. Install a newer Node from https://nodejs.org.`,
  )

const built = new URL('../dist/cli.js', import.meta.url)
const checkout = fileURLToPath(new URL('../../scripts/run.mjs', import.meta.url))
// The published package is already built. In a checkout, the first start builds the program.
if (!existsSync(built) && existsSync(checkout)) {
  const { status } = spawnSync(process.execPath, [checkout, 'build', 'relay'], { stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(status ?? 1)
}
try {
  await import(built.href)
} catch (error) {
  const nodes = /@node-datachannel|node_datachannel|ERR_DLOPEN_FAILED/.test(`${error?.message} ${error?.code}`)
  if (!nodes) throw error
  const machine = `${process.platform}-${process.arch}`
  fail(
    `The WebRTC library of lp-relay is not installed for this machine (${machine}). Install lp-relay again without --omit=optional; the library has builds for Linux, macOS, Windows and Android.`,
  )
}
