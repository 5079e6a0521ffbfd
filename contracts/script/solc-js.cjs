#!/usr/bin/env node
// Forge downloads a compiler unless it is given one; this gives it npm's solc, which is pinned and works offline.
const fs = require('node:fs')
const solc = require('solc')

/** A pipe takes 64 KiB at a time and refuses the rest with EAGAIN, so write until all is gone. */
function write(text) {
  const bytes = Buffer.from(text)
  for (let offset = 0; offset < bytes.length; ) {
    try {
      offset += fs.writeSync(1, bytes, offset)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    }
  }
}

if (process.argv.includes('--version')) {
  write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`)
} else if (process.argv.includes('--standard-json')) {
  write(solc.compile(fs.readFileSync(0, 'utf8')))
} else {
  process.stderr.write('solc-js.cjs answers --version and --standard-json only.\n')
  process.exitCode = 1
}
