#!/usr/bin/env node
// Without this script, forge would download a compiler. The script is npm's solc in the form of a command-line compiler. npm's
// solc has a fixed version and works offline.
const fs = require('node:fs')
const v8 = require('node:v8')

// With the default budget, V8 also optimizes many functions of the compiler that run only a short time.
v8.setFlagsFromString('--wasm-tiering-budget=20000000')
rememberTableEntries(WebAssembly.Table.prototype)
const solc = require('solc')

/**
 * The compiler catches exceptions in JavaScript. So it calls many of its functions through JavaScript, which gets each of them from a
 * WebAssembly.Table again and again, and `Table.get` is slow. So this function makes each table remember its entries. Together with the
 * budget above, this saves a seventh of the compile time. A change of a table discards its remembered entries.
 */
function rememberTableEntries(table) {
  const { get, set, grow } = table
  const entries = new WeakMap()
  table.get = function (index) {
    const known = entries.get(this) ?? []
    entries.set(this, known)
    known[index] ??= get.call(this, index)
    return known[index]
  }
  for (const [name, change] of Object.entries({ set, grow })) {
    table[name] = function (...args) {
      entries.delete(this)
      return change.apply(this, args)
    }
  }
}

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
