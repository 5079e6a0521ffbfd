#!/usr/bin/env node
// Without a compiler, forge downloads one. This script is a compiler for forge: npm's solc, which is pinned and works offline.
const fs = require('node:fs')
const solc = require('solc')

/** Writes all of `text`. A full pipe refuses more bytes with EAGAIN until the reader has read some. */
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
