// The rig of the tests of capture: a real Chromium or Firefox that shows the bundled test page, and ffmpeg, which inspects the recordings.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium } from '@playwright/test'
import { build } from 'vite'
import { launchFirefox } from '../../e2e/firefox'
import config from '../../vite.config'
import type { Recorded, Scenarios } from './capturePage'

const run = promisify(execFile)

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
]
const FAKE_DEVICES = '--use-fake-device-for-media-stream'
const YES_TO_ALL = '--use-fake-ui-for-media-stream'

// `-f` names the demuxer, because ffmpeg cannot detect the format of a very short last segment.
const FROM_PIPE = ['-f', 'mpegts', '-i', 'pipe:0']

export type Segment = { index: number; startTimeMs: number; durationMs: number; byteLength: number } & {
  chunks: { atMs: number; data: Buffer }[]
  endedAtMs: number
  data: Buffer
}

export type Packet = { kind: 'video' | 'audio'; ticks: number; isKey: boolean }

export type Browser = {
  run<Name extends keyof Scenarios>(
    name: Name,
    ...options: Parameters<Scenarios[Name]>
  ): Promise<Awaited<ReturnType<Scenarios[Name]>>>
  /** Like `run`, but in a tab behind another tab. */
  runHidden<Name extends keyof Scenarios>(
    name: Name,
    ...options: Parameters<Scenarios[Name]>
  ): Promise<Awaited<ReturnType<Scenarios[Name]>>>
  close(): Promise<void>
}

/** Bundles the test page like the real page (relative base, ES workers), serves it and opens a browser. */
export async function openBrowser({
  name = 'chromium',
  hasDevices = true,
  isAllowed = true,
  flags = [],
}: {
  name?: 'chromium' | 'firefox'
  hasDevices?: boolean
  isAllowed?: boolean
  /** Additional flags of Chromium. */
  flags?: readonly string[]
} = {}): Promise<Browser> {
  const folder = await mkdtemp(join(tmpdir(), 'lp-capture-'))
  await build({
    configFile: false,
    logLevel: 'error',
    base: './',
    ...(config.resolve && { resolve: config.resolve }),
    ...(config.worker && { worker: config.worker }),
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      rollupOptions: {
        input: fileURLToPath(new URL('./capturePage.ts', import.meta.url)),
        output: { entryFileNames: 'page.js' },
      },
    },
  })
  await writeFile(
    join(folder, 'index.html'),
    '<link rel="icon" href="data:,"><script type="module" src="page.js"></script>',
  )
  const server = createServer(async ({ url = '/' }, response) => {
    const path = join(folder, url === '/' ? 'index.html' : url)
    if (!existsSync(path)) return response.writeHead(404).end()
    response.setHeader('content-type', path.endsWith('.html') ? 'text/html' : 'text/javascript')
    response.end(await readFile(path))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const args = [...FLAGS, ...(hasDevices ? [FAKE_DEVICES] : []), ...(isAllowed ? [YES_TO_ALL] : []), ...flags]
  const browser = await (name === 'firefox' ? openFirefox() : openChromium(args))

  return {
    run: (scenario, ...options) => runScenario(scenario, options, false),
    runHidden: (scenario, ...options) => runScenario(scenario, options, true),
    async close() {
      await browser.close()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true })
    },
  }

  async function runScenario<Name extends keyof Scenarios>(
    name: Name,
    [input]: Parameters<Scenarios[Name]>,
    isHidden: boolean,
  ): Promise<Awaited<ReturnType<Scenarios[Name]>>> {
    const call = `scenarios[${JSON.stringify(name)}](${JSON.stringify(input) ?? ''})`
    const url = `http://127.0.0.1:${port}/`
    return (await browser.evaluate({ url, expression: call, isHidden })) as Awaited<ReturnType<Scenarios[Name]>>
  }
}

type Evaluator = {
  /** Opens the page, evaluates the expression when the scenarios are loaded, and closes the page. */
  evaluate(call: { url: string; expression: string; isHidden: boolean }): Promise<unknown>
  close(): Promise<void>
}

const openChromium = async (args: string[]): Promise<Evaluator> =>
  evaluatorOf(
    await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args }),
    (page, expression) => page.evaluate(expression),
  )

const openFirefox = async (): Promise<Evaluator> =>
  evaluatorOf(await launchFirefox(), (page, expression) => page.evaluate(expression))

/** The functions of a page that the libraries for Chromium and for Firefox both have. */
type Page = { goto(url: string): Promise<unknown>; bringToFront(): Promise<void>; close(): Promise<void> }

function evaluatorOf<Tab extends Page>(
  browser: { newPage(): Promise<Tab>; close(): Promise<void> },
  evaluate: (tab: Tab, expression: string) => Promise<unknown>,
): Evaluator {
  return {
    async evaluate({ url, expression, isHidden }) {
      const page = await browser.newPage()
      await page.goto(url)
      const result = evaluate(page, expression)
      const front = isHidden ? await browser.newPage() : undefined
      await front?.bringToFront()
      const value = await result
      await front?.close()
      await page.close()
      return value
    },
    close: () => browser.close(),
  }
}

/** The segments in the recorded events. Throws if the events of a segment are not in the order begin, bytes, end. */
export function segmentsOf({ events }: Pick<Recorded, 'events'>): Segment[] {
  const segments: Segment[] = []
  let open: Pick<Segment, 'index' | 'startTimeMs' | 'chunks'> | null = null
  for (const event of events) {
    if (event.type === 'begin') {
      if (open) throw new RangeError(`Segment ${event.index} began inside segment ${open.index}.`)
      open = { index: event.index, startTimeMs: event.startTimeMs, chunks: [] }
    } else if (event.type === 'bytes' || event.type === 'end') {
      if (open?.index !== event.index)
        throw new RangeError(`The event “${event.type}” of segment ${event.index} came in the wrong order.`)
      if (event.type === 'bytes') open.chunks.push({ atMs: event.atMs, data: Buffer.from(event.data, 'base64') })
      else {
        const { durationMs, byteLength, atMs } = event
        const data = Buffer.concat(open.chunks.map((chunk) => chunk.data))
        segments.push({ ...open, durationMs, byteLength, endedAtMs: atMs, data })
        open = null
      }
    }
  }
  return segments
}

/** The errors that ffmpeg prints when it decodes the data from a pipe. The transcoder decodes in the same way. */
export async function decodingErrors(data: Buffer): Promise<string> {
  const { stderr } = await piped(
    'ffmpeg',
    ['-v', 'error', ...FROM_PIPE, '-vsync', '0', '-enc_time_base', '-1', '-f', 'null', '-'],
    data,
  )
  return stderr
}

/** The packets of a segment in file order. */
export async function packetsOf(data: Buffer): Promise<Packet[]> {
  const fields = ['-show_entries', 'packet=codec_type,pts,flags', '-of', 'json']
  const { stdout } = await piped('ffprobe', ['-v', 'error', ...fields, ...FROM_PIPE], data)
  const { packets } = JSON.parse(stdout.toString()) as { packets: { codec_type: string; pts: number; flags: string }[] }
  return packets.map(({ codec_type, pts, flags }) => ({
    kind: codec_type === 'video' ? 'video' : 'audio',
    ticks: pts,
    isKey: flags.startsWith('K'),
  }))
}

/** The decoded sound as mono at 48 kHz. It starts at the first packet. */
export async function soundOf(data: Buffer): Promise<Float32Array> {
  const { stdout } = await piped('ffmpeg', ['-v', 'error', ...FROM_PIPE, '-ac', '1', '-f', 'f32le', 'pipe:1'], data)
  return new Float32Array(stdout.buffer, stdout.byteOffset, stdout.length / 4)
}

/** Time, size and mean brightness of every decoded picture. */
export async function picturesOf(
  data: Buffer,
): Promise<{ timeMs: number; width: number; height: number; luma: number }[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lp-pictures-'))
  const path = join(folder, 'all.ts')
  await writeFile(path, data)
  const entries = 'frame=pts_time,width,height:frame_tags=lavfi.signalstats.YAVG'
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `movie=${path},signalstats`],
    ...['-show_entries', entries, '-of', 'json'],
  ])
  await rm(folder, { recursive: true })
  const { frames } = JSON.parse(stdout) as {
    frames: { pts_time: string; width: number; height: number; tags: Record<string, string> }[]
  }
  return frames.map(({ pts_time, width, height, tags }) => ({
    timeMs: Number(pts_time) * 1_000,
    width,
    height,
    luma: Number(tags['lavfi.signalstats.YAVG']),
  }))
}

function piped(command: string, args: string[], input: Buffer): Promise<{ stdout: Buffer; stderr: string }> {
  return new Promise((resolve, reject) => {
    const options = { encoding: 'buffer', maxBuffer: 2 ** 28 } as const
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error) reject(error)
      else resolve({ stdout, stderr: stderr.toString() })
    })
    child.stdin?.end(input)
  })
}
