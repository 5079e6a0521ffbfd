import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { build as viteBuild } from 'vite'
import relayConfig from '../relay/rolldown.config'
import { StartError } from './StartError'

const shared = ['contracts/protocol', 'contracts/abi', 'contracts/deployments', 'package-lock.json']

/** Builds the page and the relay, each only if its sources have changed since its last build. */
export async function build(): Promise<void> {
  await buildIfChanged(
    'dist/web',
    [
      ...shared,
      ...['web', 'public', 'index.html', 'vite.config.ts', 'relay/src'],
      ...['scripts/preload.ts', 'scripts/contentSecurityPolicy.ts', 'scripts/slimHls.ts'],
    ],
    async () => {
      console.error('Building the page …')
      // Vite's runner runs this script and has set NODE_ENV to `development`. With this value, the build would contain React's checks, and
      // the page would be twice as large.
      process.env.NODE_ENV = 'production'
      await viteBuild({ logLevel: 'error' })
      await buildElement()
    },
  )
  await buildRelay()
}

/** The element `<lp-player>`. It is one classic script, because a foreign page can load a module only from a site that allows its origin. */
async function buildElement(): Promise<void> {
  const bundle = await rolldown({ input: 'web/lpPlayer.ts', platform: 'browser' })
  await bundle.write({ file: 'dist/web/lp-player.js', format: 'iife', minify: true })
  await bundle.close()
}

async function buildRelay(): Promise<void> {
  const sources = ['relay/src', 'relay/rolldown.config.ts', 'relay/package.json']
  await buildIfChanged('relay/dist', [...shared, ...sources], async () => {
    console.error('Building the relay …')
    // The build goes into a new folder, which then replaces the old folder. A relay that runs during the build must find all its files, and
    // must not read new files before the build is complete.
    const made = resolve(`relay/dist-${process.pid}`)
    for (const { output, ...input } of relayConfig) {
      const bundle = await rolldown(input)
      await bundle.write({ ...output, dir: output.dir.replace('dist', made) })
      await bundle.close()
    }
    const old = `${made}-old`
    if (existsSync('relay/dist')) await rename('relay/dist', old)
    await rename(made, 'relay/dist')
    await rm(old, { recursive: true, force: true })
  })
}

/** `npm run build` builds the page and the relay, and `npm run build -- relay` builds the relay only. */
export default async function run([part]: readonly string[] = []): Promise<void> {
  if (part !== undefined && part !== 'relay')
    throw new StartError(`There is no part ${part} to build: write npm run build, or npm run build -- relay.`)
  await (part === 'relay' ? buildRelay() : build())
}

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
