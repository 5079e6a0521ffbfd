import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import type { BrowserContext, Page } from '@playwright/test'

/** Opens a page that plays a master playlist with unchanged hls.js, without code of lp. */
export async function openStockPlayer(context: BrowserContext, master: string): Promise<Page> {
  const page = await context.newPage()
  await page.setContent('<video muted></video>')
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js') })
  await page.evaluate((source) => {
    type StockHls = { loadSource(url: string): void; attachMedia(video: HTMLVideoElement): void }
    const { Hls } = window as unknown as { Hls: new () => StockHls }
    const video = document.querySelector('video') as HTMLVideoElement
    const hls = new Hls()
    hls.loadSource(source)
    hls.attachMedia(video)
    void video.play()
  }, master)
  return page
}

type Stream = { codec_type: string; height?: number }

/** The streams that ffprobe finds in an HLS playlist, and the warnings of ffprobe. */
export async function ffprobe(url: string): Promise<{ streams: Stream[]; warnings: string }> {
  const { stdout, stderr } = await promisify(execFile)('ffprobe', [
    '-v',
    'warning',
    '-show_streams',
    '-of',
    'json',
    url,
  ])
  return { streams: JSON.parse(stdout).streams, warnings: stderr }
}

/** Absolute URLs of the media playlists in a master playlist. */
export async function variants(master: string): Promise<string[]> {
  const text = await (await fetch(master)).text()
  return text
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => new URL(line, master).href)
}
