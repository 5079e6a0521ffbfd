// Runs a TypeScript module on Node 20: `node scripts/ts.mjs path/to/module.ts [arguments]` calls its default export.
import { resolve } from 'node:path'
import { runnerImport } from 'vite'

const [file, ...args] = process.argv.slice(2)
const { module } = await runnerImport(resolve(file), {
  configFile: false,
  logLevel: 'error',
  resolve: { conditions: ['lp-source', 'module', 'node', 'development|production'] },
})
await module.default(args)
