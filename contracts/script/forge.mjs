#!/usr/bin/env node
// Runs forge on the contracts, from any folder: `node contracts/script/forge.mjs test`.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const script = dirname(fileURLToPath(import.meta.url))

/**
 * The path of the forge in npm's platform package. If npm has no such package for this platform, the result is the forge on
 * PATH. npm's wrapper package cannot be used, because it exits with 0 even if forge fails.
 */
function forge() {
  const platform = `${process.platform}-${{ x64: 'amd64', arm64: 'arm64' }[process.arch]}`
  try {
    return join(packageFolder(`@foundry-rs/forge-${platform}`), 'bin', 'forge')
  } catch {
    return 'forge'
  }
}

/** The packages that our sources import, and the folder of each package in which the imported paths are. */
const packages = [
  ['@openzeppelin/contracts', ''],
  ['solady', 'src/'],
]
const packageFolder = (name) => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))

const child = spawn(forge(), process.argv.slice(2), {
  stdio: 'inherit',
  // Forge stores the names of failed tests in its working folder, and runs these tests first the next time.
  cwd: dirname(script),
  // For files outside its root, forge gives the compiler relative paths and absolute paths. The compiler then treats one
  // file as two files. So all paths here are absolute.
  env: {
    ...process.env,
    FOUNDRY_SOLC: join(script, 'solc-js.cjs'),
    DAPP_REMAPPINGS: packages.map(([name, folder]) => `${name}/=${packageFolder(name)}/${folder}`).join('\n'),
  },
})
child.on('error', (error) => {
  process.stderr.write(`forge did not start: ${error.message}\nInstall it with npm ci, or put Foundry on PATH.\n`)
  process.exitCode = 1
})
child.on('exit', (code) => {
  process.exitCode = code ?? 1
})
