// Captures the segments in relay/testbeds/captured with a real Chromium:
//     node scripts/ts.mjs web/testbeds/captureCorpus.ts
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, openBrowser, segmentsOf } from './captureBrowser'
import type { Recorded } from './capturePage'
import type { DrawingOptions } from './drawing'

const folder = 'relay/testbeds/captured'
const segmentsPerScene = 3
const ms = segmentsPerScene * 2_000 + 1_500
const settings = { width: 640, height: 360, videoBitrate: 300_000, audioBitrate: 48_000 }

type Scene = { name: string; record(browser: Browser): Promise<Recorded> }

const drawn = (name: string, drawing: DrawingOptions): Scene => ({
  name,
  record: (browser) => browser.run('drawn', { ms, settings, ...drawing }),
})

/** Writes a film to a file. Returns the flag with which Chromium uses the film as its camera. */
function film(directory: string, name: string, source: string): string {
  const path = join(directory, `${name}.mjpeg`)
  const args = ['-f', 'lavfi', '-i', source, '-t', '8', '-c:v', 'mjpeg', '-q:v', '4', '-pix_fmt', 'yuvj420p', path]
  execFileSync('ffmpeg', ['-v', 'error', ...args])
  return `--use-file-for-fake-video-capture=${path}`
}

const grain = 'noise=alls=12:allf=t'
const cuts = ['testsrc2', 'smptebars', 'mandelbrot', 'testsrc']
  .map((source, index) => `${source}=s=640x360:r=30,trim=duration=0.9,setsar=1,format=yuv420p[${index}]`)
  .join(';')

export default async function captureCorpus() {
  const films = await mkdtemp(join(tmpdir(), 'lp-films-'))
  const camera = film(films, 'camera', `mandelbrot=s=640x360:r=30,${grain}`)
  const changing = film(films, 'cuts', `${cuts};[0][1][2][3]concat=n=4,loop=loop=3:size=108`)
  const visits: [string[], Scene[]][] = [
    [
      [camera],
      [
        { name: 'camera', record: (browser) => browser.run('camera', { ms, settings }) },
        { name: 'no-sound', record: (browser) => browser.run('camera', { ms, settings, microphone: false }) },
        drawn('slide', { drawing: 'slide', width: 640, height: 360, sound: 'none' }),
        drawn('slide-with-voice', { drawing: 'slide', width: 640, height: 360, sound: 'microphone' }),
        drawn('uneven-rate', { drawing: 'uneven', width: 480, height: 270, sound: 'microphone' }),
        drawn('silence', { drawing: 'movement', width: 480, height: 270, sound: 'silence' }),
        drawn('odd-size', { drawing: 'movement', width: 427, height: 241, sound: 'microphone' }),
        drawn('portrait', { drawing: 'movement', width: 202, height: 360, sound: 'none' }),
      ],
    ],
    [[changing], [{ name: 'cuts', record: (browser) => browser.run('camera', { ms, settings }) }]],
    [
      ['--auto-select-desktop-capture-source=Entire'],
      [{ name: 'screen', record: (browser) => browser.run('screen', { ms, settings }) }],
    ],
  ]
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const index: { name: string; durationMs: number; width: number; height: number }[] = []
  for (const [flags, scenes] of visits) {
    const browser = await openBrowser({ flags })
    for (const { name, record } of scenes) {
      const recorded = await record(browser)
      for (const segment of segmentsOf(recorded).slice(0, segmentsPerScene)) {
        const file = `${name}-${segment.index}`
        await writeFile(join(folder, `${file}.mpegts`), segment.data)
        index.push({ name: file, durationMs: segment.durationMs, width: recorded.width, height: recorded.height })
        console.log(`${file}: ${segment.durationMs} ms, ${segment.byteLength} bytes`)
      }
    }
    await browser.close()
  }
  await writeFile(join(folder, 'index.json'), `${JSON.stringify(index, undefined, 2)}\n`)
  await rm(films, { recursive: true })
}
