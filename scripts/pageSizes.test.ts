import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Build } from './pageSizes'

const html = `<script type="module" src="./assets/index-AAAAAAAA.js"></script>
<link rel="stylesheet" href="./assets/index-BBBBBBBB.css"><script>preload("./assets/StakePage-CCCCCCCC.js")</script>`
const pages = [
  'WatchPage',
  'EmbedPage',
  'BroadcastPage',
  'StakePage',
  'TranscoderPage',
  'GovernPage',
  'ClaimPage',
  'EconomyPage',
  'LivePage',
]
const others = [
  ...['KeysDialog', 'RecordedStream', 'giveTestToken', 'ccip', 'captureWorker', 'speedWorker', 'recordingWorker'],
  ...['soundWorklet', 'mediabunny-aac-encoder', 'ffmpeg-core', 'WalletProvider'],
  ...['hearPrice', 'ViewerPayments', 'engine', 'PaymentCard', 'sale'],
]

/** A build in which each file contains its name and the given text. */
function build(texts: Record<string, string>): Build {
  const folder = mkdtempSync(join(tmpdir(), 'lp-sizes-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), html)
  const empty = Object.fromEntries([...pages, ...others].map((name) => [`${name}-CCCCCCCC.js`, '']))
  const files = { ...empty, 'index-AAAAAAAA.js': '', 'index-BBBBBBBB.css': '', 'CheckDialog-CCCCCCCC.js': '', ...texts }
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, 'assets', file), text)
  return new Build(folder)
}

describe('the files of a route', () => {
  it('are those of index.html, and all files that they name, without other pages and without files after a click', () => {
    const files = build({
      'index-AAAAAAAA.js': `m.f=["./unused-CCCCCCCC.js"];import("./WatchPage-CCCCCCCC.js");import("./StakePage-CCCCCCCC.js")`,
      'WatchPage-CCCCCCCC.js': `import"./player-CCCCCCCC.js";import("./CheckDialog-CCCCCCCC.js")`,
      'player-CCCCCCCC.js':
        'new Worker(new URL(`hashWorker-CCCCCCCC.js`, import.meta.url));import("./mesh-a_CCCCCC.js")',
      'hashWorker-CCCCCCCC.js': '',
      'mesh-a_CCCCCC.js': '',
      'unused-CCCCCCCC.js': '',
    }).filesOfRoute('WatchPage')
    expect(files.sort()).toEqual([
      ...['WatchPage-CCCCCCCC.js', 'hashWorker-CCCCCCCC.js', 'index-AAAAAAAA.js', 'index-BBBBBBBB.css'],
      ...['mesh-a_CCCCCC.js', 'player-CCCCCCCC.js'],
    ])
  })

  it('can be found only for files that exist', () => {
    expect(() => build({}).filesNamed('WatchPag')).toThrow('The build has no file WatchPag.')
  })
})
