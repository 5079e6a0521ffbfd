import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { StartError } from './StartError'

/** A route and the most kB (1,000 bytes, gzip) of JavaScript, CSS and WebAssembly that the browser may request for it. */
type Limit = { name: string; entry: string; limitKb: number }

const routes: readonly Limit[] = [
  // The goal of these two routes is 280 kB. Decision 072 says what the rest is.
  { name: 'watch, until the first picture, with the mesh', entry: 'WatchPage', limitKb: 339 },
  { name: 'embed, until the first picture', entry: 'EmbedPage', limitKb: 331 },
  { name: 'broadcast, until it is usable', entry: 'BroadcastPage', limitKb: 350 },
  { name: 'stake, until it is usable', entry: 'StakePage', limitKb: 350 },
  { name: 'a transcoder, until it is usable', entry: 'TranscoderPage', limitKb: 350 },
  { name: 'votes, until they are usable', entry: 'GovernPage', limitKb: 350 },
  { name: 'a claim, until it is usable', entry: 'ClaimPage', limitKb: 350 },
  { name: 'the economy, until it is usable', entry: 'EconomyPage', limitKb: 350 },
  { name: 'what is live, until it is usable', entry: 'LivePage', limitKb: 350 },
]

/** Files with a limit of their own. No route counts them. */
const parts: readonly Limit[] = [
  { name: 'the encoder for AAC, where the browser has none', entry: 'mediabunny-aac-encoder', limitKb: 270 },
  { name: 'ffmpeg, for “Check this segment”', entry: 'ffmpeg-core', limitKb: 11_000 },
  { name: 'the wallet, with its dialogs', entry: 'WalletProvider', limitKb: 85 },
]

/**
 * Files that the browser requests only after a click or after the first picture, when a relay or a broadcaster asks for money, and a file of
 * viem for names that the page never reads (CCIP).
 */
const later = [
  ...['CheckDialog', 'KeysDialog', 'RecordedStream', 'giveTestToken', 'ccip'],
  ...['hearPrice', 'ViewerPayments', 'engine', 'PaymentCard', 'sale'],
  ...['captureWorker', 'speedWorker', 'recordingWorker', 'soundWorklet'],
]

/** Fails if a page or a part of a page is larger than its limit. Run `npm run build` before. */
export default function pageSizes(): void {
  const sizes = sizesOf('dist/web')
  for (const { name, sizeKb, limitKb } of sizes)
    console.log(`${sizeKb.toFixed(1).padStart(8)} of ${limitKb} kB: ${name}`)
  const tooLarge = sizes.filter(({ sizeKb, limitKb }) => sizeKb > limitKb)
  if (tooLarge.length === 0) return
  const names = tooLarge.map(({ name }) => name).join('; ')
  throw new StartError(`Too large: ${names}. Load code later, with import(), or remove code.`)
}

const sizesOf = (folder: string) => {
  const build = new Build(folder)
  return [
    ...routes.map((route) => ({ ...route, files: build.filesOfRoute(route.entry) })),
    ...parts.map((part) => ({ ...part, files: build.filesNamed(part.entry) })),
  ].map(({ files, ...limit }) => ({ ...limit, sizeKb: build.gzipKb(files) }))
}

/** The files that `npm run build` has written. */
export class Build {
  readonly #assets: string
  readonly #html: string
  readonly #files: readonly string[]

  constructor(folder: string) {
    this.#assets = join(folder, 'assets')
    this.#html = readFileSync(join(folder, 'index.html'), 'utf8')
    this.#files = readdirSync(this.#assets).filter((file) => /\.(js|css|wasm)$/.test(file))
  }

  /**
   * All files that the browser requests for this route: those of index.html, and those that the files of the route name, also in `import()`
   * or as a worker. So code that a new `import()` loads counts, until its file is in the list `later`.
   */
  filesOfRoute(entry: string): string[] {
    // index.html names the files of the first script in elements, and the files of some routes in a script.
    const first = this.#named(this.#html.replaceAll(/<script>.*?<\/script>/gs, ''))
    // The first script names all pages.
    const excluded = new Set(
      [...later, ...[...routes, ...parts].map((limit) => limit.entry)].flatMap((name) => this.filesNamed(name)),
    )
    const wanted = new Set([...first, ...this.filesNamed(entry)])
    for (const file of wanted)
      for (const named of file.endsWith('.js') ? this.#named(this.#read(file)) : [])
        if (!excluded.has(named)) wanted.add(named)
    return [...wanted]
  }

  /** The build writes a file as its name and the start of a hash. */
  filesNamed(name: string): string[] {
    const files = this.#files.filter((file) => file.replace(/-[\w-]{8}\.\w+$/, '') === name)
    if (files.length === 0)
      throw new StartError(`The build has no file ${name}. Correct the lists in scripts/pageSizes.ts.`)
    return files
  }

  gzipKb(files: readonly string[]): number {
    return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(this.#assets, file))).length, 0) / 1_000
  }

  #named(text: string): string[] {
    // For each `import()`, Vite also lists the files that the imported file needs. The imported file names these files itself.
    const code = text.replaceAll(/m\.f=\[[^\]]*\]/g, '')
    return this.#files.filter((file) => code.includes(file))
  }

  #read(file: string): string {
    return readFileSync(join(this.#assets, file), 'utf8')
  }
}
