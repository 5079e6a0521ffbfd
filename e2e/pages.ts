import { type BrowserContext, expect, type Page } from '@playwright/test'

/** Opens the broadcast page with a camera, and waits until it can go live. */
export async function openBroadcast(context: BrowserContext, url: string): Promise<Page> {
  await context.grantPermissions(['camera', 'microphone'])
  const page = await context.newPage()
  await page.goto(`${url}/#/broadcast`)
  await page
    .getByRole('button', { name: /camera/i })
    .first()
    .click()
  await expect(page.getByRole('button', { name: /go live/i })).toBeEnabled({ timeout: 30_000 })
  return page
}

/** Presses Go live; resolves to the share link when the stream is live. */
export async function goLive(page: Page): Promise<string> {
  await page.getByRole('button', { name: /go live/i }).click()
  await expectBroadcast(page, 'live')
  return (await page.getByTestId('share-link').getAttribute('href')) as string
}

/** Stops the stream and confirms it. */
export async function stop(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Stop' }).click()
}

export const expectBroadcast = (page: Page, state: string, timeout = 60_000) =>
  expect(page.getByTestId('broadcast-state')).toHaveAttribute('data-state', state, { timeout })

export const expectWatch = (page: Page, state: string, timeout = 30_000) =>
  expect(page.getByTestId('watch-state')).toHaveAttribute('data-state', state, { timeout })

export type Playback = {
  currentTime: number
  frames: number
  height: number
  audioBytes: number
  stalls: number
  latencyMs: number
}

/** What the video element has really done. */
export const playback = (page: Page): Promise<Playback> =>
  page.evaluate(() => {
    const video = document.querySelector('video') as HTMLVideoElement & { webkitAudioDecodedByteCount: number }
    const stats = document.querySelector<HTMLElement>('[data-testid=watch-stats]')?.dataset
    return {
      currentTime: video.currentTime,
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
      height: video.videoHeight,
      audioBytes: video.webkitAudioDecodedByteCount,
      stalls: Number(stats?.stalls ?? Number.NaN),
      latencyMs: Number(stats?.latencyMs ?? Number.NaN),
    }
  })

export async function chooseQuality(page: Page, name: RegExp): Promise<void> {
  await page.locator('video').hover()
  await page.getByRole('button', { name: 'Quality' }).click()
  await page.getByRole('menuitemradio', { name }).click()
}
