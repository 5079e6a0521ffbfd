import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import type { WebSocketConstructor } from '../src/mesh/signaling'
import type { Transport } from '../src/mesh/Transport'
import type { NodeWebRtc } from '../src/node/wrtc'
import type { Viewer } from '../src/watch/Viewer'

/** The commit before parts and pieces: its viewers exchange only whole segments (decision 036). */
const before = '6f60d3a3b3cff85e375f17c7f79b4f5f369614ff^'
/** The folders of this commit that the viewer is made of. */
const folders = ['relay/src', 'contracts/protocol', 'contracts/deployments', 'contracts/abi']

/** Functions that both versions of `Viewer` have. */
type OldViewer = Pick<Viewer, 'close' | 'subscribe' | 'getSnapshot' | 'news' | 'payload'> & {
  join(transport: Transport): Promise<void>
}
export type OldCode = {
  Viewer: new (options: Pick<ConstructorParameters<typeof Viewer>[0], 'streamId' | 'directory' | 'domain'>) => OldViewer
  createTransport(options: { wrtc: NodeWebRtc['wrtc']; WebSocket: WebSocketConstructor }): Transport
}

/**
 * The viewer as it was before parts and pieces, from the history of this repository. Needs no network. Throws `NoHistoryError` in a clone
 * without this history.
 */
export async function buildOldViewer(): Promise<OldCode> {
  const commit = commitBefore()
  // Below `node_modules`, Node finds the packages of this repository.
  const folder = resolve('node_modules/.cache/old-viewer', commit.slice(0, 12))
  const bundle = join(folder, 'bundle')
  if (!existsSync(join(bundle, 'entry.js'))) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const archive = execFileSync('git', ['archive', commit, ...folders], { maxBuffer: 2 ** 28 })
    execFileSync('tar', ['-x', '-C', folder], { input: archive })
    writeFileSync(
      join(folder, 'entry.ts'),
      `export { Viewer } from './relay/src/watch/Viewer'\nexport { createTransport } from './relay/src/mesh/createTransport'\n`,
    )
    await build({
      ...{ configFile: false, logLevel: 'error', root: folder },
      // The packages of the workspace are those of today, so the bundle must have its own copy of the old ones.
      resolve: { alias: [{ find: /^@lp\/contracts\/(\w+)$/, replacement: join(folder, 'contracts/$1/index.ts') }] },
      build: { ssr: join(folder, 'entry.ts'), outDir: bundle, emptyOutDir: true, target: 'node20' },
    })
  }
  return import(/* @vite-ignore */ pathToFileURL(join(bundle, 'entry.js')).href) as Promise<OldCode>
}

function commitBefore(): string {
  try {
    return execFileSync('git', ['rev-parse', '--verify', `${before}{commit}`], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim()
  } catch (cause) {
    throw new NoHistoryError(cause)
  }
}

class NoHistoryError extends Error {
  override readonly name = 'NoHistoryError'
  constructor(cause: unknown) {
    super(`This clone has no commit ${before}, from which the test builds the old viewer. Run: git fetch --unshallow`, {
      cause,
    })
  }
}
