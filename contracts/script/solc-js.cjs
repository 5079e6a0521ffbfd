#!/usr/bin/env node
// Without this script, forge would download a compiler. The script is npm's solc in the form of a command-line compiler. npm's
// solc has a fixed version and works offline.
const fs = require('node:fs')
const solc = require('solc')

/** Writes all of `text`. While a pipe is full, a write fails with EAGAIN. Then this function tries the write again. */
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
