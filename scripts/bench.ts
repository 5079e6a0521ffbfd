import { existsSync, readdirSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { pathToFileURL } from 'node:url'
import { runnerImport } from 'vite'
import { StartError } from './StartError'
import { ensureFfmpeg } from './system'
import { viteConfig } from './ts.mjs'

/**
 * Runs the named benchmark, for example `npm run bench -- transcode`. A benchmark prints its measurements. No measurement makes it fail.
 */
export default async function bench(args: readonly string[]): Promise<void> {
  const known = readdirSync('bench').flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -3)] : []))
  const [name = '', ...rest] = args
  if (!existsSync(`bench/${name}.ts`)) throw new StartError(`Name a benchmark: npm run bench -- ${known.join(' | ')}`)
  await ensureFfmpeg()
  const [cpu] = cpus()
  console.log(
    `${cpu?.model}, ${cpus().length} cores, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.version}`,
  )
  const { module } = await runnerImport<{ default(args: readonly string[]): Promise<void> | void }>(
    pathToFileURL(`bench/${name}.ts`).pathname,
    viteConfig,
  )
  await module.default(rest)
}
