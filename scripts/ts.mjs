// Runs a TypeScript module on Node 20: `node scripts/ts.mjs <module> [arguments]` calls the module's default export.
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defaultServerConditions, runnerImport } from 'vite'

/** Modules are resolved as in the page and the tests. */
export const viteConfig = {
  configFile: false,
  logLevel: 'error',
  resolve: { conditions: ['lp-source', ...defaultServerConditions] },
}

/**
 * Runs the module. If the module throws an error for people (`forPeople`), prints only the message, because a stack would hide the message.
 */
export async function run(file, args) {
  try {
    const { module } = await runnerImport(resolve(file), viteConfig)
    await module.default(args)
  } catch (error) {
    console.error(error?.forPeople ? error.message : error)
    process.exitCode = 1
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run(process.argv[2], process.argv.slice(3))
