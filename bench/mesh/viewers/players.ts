import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'
import { chooseQuality } from '../../../e2e/pages'
import type { Kind, Ready as Origin } from '../origin/main'

/** A player that the benchmark measures. */
export type Player = {
  name: string
  /** The origin that the player needs. */
  origin: Kind
  /** Opens the stream. `isAdaptive`: the player chooses the quality by itself; otherwise it plays the source. */
  open(page: Page, options: Pick<Origin, 'link' | 'playlist'> & { isAdaptive: boolean }): Promise<void>
}

/** `latencyS`: the time from camera to screen that the viewer has written into the link. Default: as short as possible. */
const lpWith = ({ latencyS }: { latencyS?: number } = {}): Player => ({
  name: latencyS === undefined ? 'lp' : `lp, target ${latencyS} s`,
  origin: 'signed',
  async open(page, { link, isAdaptive }) {
    await page.goto(latencyS === undefined ? link : `${link}${link.includes('?') ? '&' : '?'}latency=${latencyS}`)
    if (isAdaptive) return
    await chooseQuality(page, /source/)
  },
})

export const lp = lpWith()
/** A viewer that prefers bytes from other viewers to a short latency. */
export const patientLp = lpWith({ latencyS: 5 })

/** Unchanged hls.js, which plays the low-latency playlist of the gateway without a mesh and without checks of signatures. */
export const stock: Player = {
  name: 'hls.js on LL-HLS',
  origin: 'signed',
  async open(page, { link, playlist }) {
    // In Chromium, only a page that comes from loopback can read from loopback. So the page first loads a file of the server.
    await page.goto(new URL('/lp.json', link).href)
    await page.setContent('<body style="margin: 0"><video autoplay style="width: 100%"></video></body>')
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js') })
    await page.evaluate((source) => {
      type StockHls = { loadSource(url: string): void; attachMedia(video: HTMLVideoElement): void }
      const { Hls } = window as unknown as { Hls: new () => StockHls }
      const hls = new Hls()
      hls.attachMedia(document.querySelector('video') as HTMLVideoElement)
      hls.loadSource(source)
    }, playlist)
  },
}

/**
 * `syncS`: the distance from live that the player tries to keep, in seconds. `demandS`: segments that are needed within this time come from
 * HTTP.
 */
const p2pMediaLoader = ({ syncS, demandS }: { syncS: number; demandS: number }): Player => ({
  name: `p2p-media-loader, target ${syncS} s`,
  origin: 'plain',
  async open(page, { link, isAdaptive }) {
    const playlist = isAdaptive ? 'master.m3u8' : 'source.m3u8'
    await page.goto(`${link}?sync=${syncS}&demand=${demandS}&playlist=${playlist}`)
  },
})

export const players: readonly Player[] = [
  lp,
  p2pMediaLoader({ syncS: 4, demandS: 1.5 }),
  p2pMediaLoader({ syncS: 10, demandS: 4 }),
]
