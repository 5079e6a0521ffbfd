import type { Page } from '@playwright/test'
import type { Kind } from '../origin/main'

/** A player that the benchmark measures. */
export type Player = {
  name: string
  /** The origin that the player needs. */
  origin: Kind
  /** Opens the stream. `isAdaptive`: the player chooses the quality by itself; otherwise it plays the source. */
  open(page: Page, options: { link: string; isAdaptive: boolean }): Promise<void>
}

export const lp: Player = {
  name: 'lp',
  origin: 'signed',
  async open(page, { link, isAdaptive }) {
    await page.goto(link)
    if (isAdaptive) return
    const quality = page.getByRole('button', { name: 'Quality' })
    await page.locator('video').hover()
    await quality.click()
    await page.getByRole('menuitemradio', { name: /source/ }).click()
  },
}

/** `syncS`: the seconds behind live that the player aims at. `demandS`: segments that are needed within this time come from HTTP. */
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
