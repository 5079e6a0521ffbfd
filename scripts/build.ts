import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { build as viteBuild } from 'vite'
import relayConfig from '../relay/rolldown.config'

/** Builds the page and the relay, each only if its sources have changed since its last build. */
export async function build(): Promise<void> {
  const shared = ['contracts/protocol', 'contracts/abi', 'contracts/deployments', 'package-lock.json']
  await buildIfChanged(
    'dist/web',
    [...shared, 'web', 'public', 'index.html', 'vite.config.ts', 'relay/src'],
    async () => {
      console.error('Building the page …')
      // Vite's runner runs this script and has set `development`. With `development`, the build would contain React's checks, and the page would
      // be twice as large.
      process.env.NODE_ENV = 'production'
      await viteBuild({ logLevel: 'error' })
    },
  )
  await buildIfChanged('relay/dist', [...shared, 'relay/src', 'relay/rolldown.config.ts'], async () => {
    console.error('Building the relay …')
    const { output, ...input } = relayConfig
    const bundle = await rolldown(input)
    await bundle.write(output)
    await bundle.close()
  })
}

export default build

async function buildIfChanged(directory: string, sources: readonly string[], make: () => Promise<void>) {
  const hash = createHash('sha256')
  for (const source of sources)
    for (const file of await filesUnder(source)) hash.update(file).update(await readFile(file))
  const digest = hash.digest('hex')
  const stamp = join(directory, '.sources')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  await make()
  writeFileSync(stamp, digest)
}

async function filesUnder(path: string): Promise<string[]> {
  if (!existsSync(path)) return []
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined)
  if (!entries) return [path]
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
