import { type Browser, expect, type Page } from '@playwright/test'
import { expectBroadcast, expectWatch, playback, received } from './pages'

/**
 * Opens the link as a viewer, and waits until the viewer sees the stream. `mediaSource: false`: the video element must play HLS itself, as
 * on older iPhones.
 */
export async function openViewer(browser: Browser, link: string, { mediaSource = true } = {}): Promise<Page> {
  const context = await browser.newContext()
  if (!mediaSource)
    await context.addInitScript(() => {
      for (const name of ['MediaSource', 'ManagedMediaSource', 'WebKitMediaSource'])
        Reflect.deleteProperty(window, name)
    })
  const page = await context.newPage()
  await page.goto(link)
  await expectWatch(page, 'live')
  await expect.poll(async () => (await playback(page)).currentTime).toBeGreaterThan(0)
  await page.evaluate(() => Object.assign(window, { isSamePage: true }))
  return page
}

/**
 * Expects that the viewer's page, without a reload, plays four more seconds of the stream, and that the broadcaster's page shows no
 * problem.
 */
export async function expectStreamContinues({
  broadcaster,
  viewer,
}: {
  broadcaster: Page
  viewer: Page
}): Promise<void> {
  await watch(viewer, 4)
  await expectWatch(viewer, 'live')
  expect(await viewer.evaluate(() => 'isSamePage' in window)).toBe(true)
  await expectBroadcast(broadcaster, 'live')
  await expect(broadcaster.getByRole('alert')).toHaveCount(0)
}

/** The figures of the video element over a period of time. `latencyMs` is the value at the end of this time. */
export type Figures = { frames: number; audioBytes: number; stalls: number; latencyMs: number }

/** Waits until the video element has played `seconds` more of the stream, and returns its figures for this time. */
export async function watch(page: Page, seconds: number): Promise<Figures> {
  const before = await playback(page)
  await page.waitForFunction(
    (until) => (document.querySelector('video') as HTMLVideoElement).currentTime > until,
    before.currentTime + seconds,
  )
  const after = await playback(page)
  return {
    frames: after.frames - before.frames,
    audioBytes: after.audioBytes - before.audioBytes,
    stalls: after.stalls - before.stalls,
    latencyMs: after.latencyMs,
  }
}

/**
 * Watches with all pages at the same time until each page has played for `seconds` without a stall and with at least `leastFps` pictures
 * a second, and returns the figures of this time. Reason: on a slow machine, the camera can give few pictures for a moment and playback can
 * stall, and after each stall the player is further behind the camera. If this happens again and again, the time limit ends the test.
 */
export async function watchWithoutStall(pages: readonly Page[], seconds: number, leastFps = 0): Promise<Figures[]> {
  let seen: Figures[]
  do {
    seen = await Promise.all(pages.map((page) => watch(page, seconds)))
  } while (seen.some(({ stalls, frames }) => stalls > 0 || frames < seconds * leastFps))
  return seen
}

/**
 * Waits until the viewers send each other bytes. Then returns the part of the payload bytes that the viewers receive from each other while
 * `watch` runs, from 0 to 1.
 */
export async function shareFromViewers(viewers: readonly Page[], watch: () => Promise<unknown>): Promise<number> {
  await expect
    .poll(async () => (await Promise.all(viewers.map(received))).reduce((sum, { fromPeers }) => sum + fromPeers, 0))
    .toBeGreaterThan(0)
  const before = await Promise.all(viewers.map(received))
  await watch()
  const after = await Promise.all(viewers.map(received))
  const gained = (key: 'fromPeers' | 'fromRelays') =>
    after.reduce((total, now, index) => total + now[key] - (before[index]?.[key] ?? 0), 0)
  return gained('fromPeers') / (gained('fromPeers') + gained('fromRelays'))
}

/** From now on, the viewer's page notes each state that it shows. */
export const noteStates = (viewer: Page) =>
  viewer.evaluate(() => {
    const page = document.querySelector('[data-testid=watch-state]') as HTMLElement
    const states = [page.dataset.state]
    new MutationObserver(() => states.push(page.dataset.state)).observe(page, { attributeFilter: ['data-state'] })
    Object.assign(window, { states })
  })
export const statesOf = (viewer: Page) => viewer.evaluate(() => (window as unknown as { states: string[] }).states)
