#!/usr/bin/env node
// Runs forge on this folder from wherever it is called: `node contracts/script/forge.mjs test`.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const script = dirname(fileURLToPath(import.meta.url))

/**
 * npm's forge where its platform package is installed, else the one on PATH. Not the wrapper that npm has of it, which
 * ends well whatever forge says.
 */
function forge() {
  const platform = `${process.platform}-${{ x64: 'amd64', arm64: 'arm64' }[process.arch]}`
  try {
    return join(packageFolder(`@foundry-rs/forge-${platform}`), 'bin', 'forge')
  } catch {
    return 'forge'
  }
}

/** What our sources import, and the folder of the package that they mean. */
const packages = [
  ['@openzeppelin/contracts', ''],
  ['solady', 'src/'],
]
const packageFolder = (name) => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))

const child = spawn(forge(), process.argv.slice(2), {
  stdio: 'inherit',
  // It keeps what failed, to try that first, in the folder that it is called from.
  cwd: dirname(script),
  // Absolute, because forge names what lies above its root now by a relative and now by an absolute path, which the
  // compiler takes for two files.
  env: {
    ...process.env,
    FOUNDRY_SOLC: join(script, 'solc-js.cjs'),
    DAPP_REMAPPINGS: packages.map(([name, folder]) => `${name}/=${packageFolder(name)}/${folder}`).join('\n'),
  },
})
child.on('error', (error) => {
  process.stderr.write(
    `forge could not be started: ${error.message}\nInstall it with npm ci, or put Foundry on PATH.\n`,
  )
  process.exitCode = 1
})
child.on('exit', (code) => {
  process.exitCode = code ?? 1
})
