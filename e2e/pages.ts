import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test'

/** Opens the broadcast page with a camera, and waits until it can go live. */
export async function openBroadcast(context: BrowserContext, url: string, opened?: Page): Promise<Page> {
  await context.grantPermissions(['camera', 'microphone'])
  const page = opened ?? (await context.newPage())
  await page.goto(`${url}/#/broadcast`)
  await turnOnCamera(page)
  await expect(goLiveButton(page)).toBeEnabled({ timeout: 30_000 })
  return page
}

export const turnOnCamera = (page: Page) => page.getByRole('button', { name: 'Turn on the camera' }).click()

export const goLiveButton = (page: Page) => page.getByRole('button', { name: 'Go live' })

/** The address of the wallet that is connected. */
export async function walletOf(page: Page): Promise<string> {
  const label = await page.getByRole('button', { name: /^Wallet 0x/ }).getAttribute('aria-label')
  return label?.replace('Wallet ', '') ?? ''
}

/** Presses Go live; resolves to the share link when the stream is live. */
export async function goLive(page: Page): Promise<string> {
  await page.getByRole('button', { name: /go live/i }).click()
  await expectBroadcast(page, 'live')
  return (await page.getByTestId('share-link').getAttribute('href')) as string
}

/** How many segments of a stream its relay serves. */
export async function segmentCount({ relayUrl }: { relayUrl: string }, link: string): Promise<number> {
  const response = await fetch(`${relayUrl}/segments/${link.split('/').at(-1)}?after=-1`)
  return response.ok ? ((await response.json()) as { segments: unknown[] }).segments.length : 0
}

/** Stops the stream and confirms it. */
export async function stop(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Stop' }).click()
}

/** After Stop: the page shows each step done, and says what was paid. Wei. */
export async function settled(page: Page, timeout = 90_000): Promise<{ feesWei: bigint; refundedWei: bigint }> {
  await expectBroadcast(page, 'settled', timeout)
  const steps = await page
    .getByTestId('settlement-step')
    .evaluateAll((lines) => lines.map(({ dataset }) => `${dataset.step} ${dataset.done}`))
  expect(steps).toEqual(['ended', 'claimed', 'drawn', 'checked', 'paid'].map((step) => `${step} true`))
  const { feesWei = '', refundedWei = '' } = await page.getByTestId('bill').evaluate(({ dataset }) => ({ ...dataset }))
  return { feesWei: BigInt(feesWei), refundedWei: BigInt(refundedWei) }
}

/** Has the viewer's browser transcode the segment on the screen again; says what came out. */
export async function checkSegment(page: Page, timeout = 60_000): Promise<string> {
  if (!(await page.getByTestId('check-segment').isVisible())) await page.getByText('Statistics').click()
  await page.getByTestId('check-segment').click()
  const result = page.getByTestId('check-result')
  await result.waitFor({ timeout })
  const verdict = await result.getAttribute('data-verdict')
  await page.getByRole('button', { name: 'Close' }).click()
  return verdict ?? ''
}

export const expectBroadcast = (page: Page, state: string, timeout = 60_000) =>
  expect(page.getByTestId('broadcast-state')).toHaveAttribute('data-state', state, { timeout })

export const expectWatch = (page: Page, state: string, timeout = 30_000) =>
  expect(page.getByTestId('watch-state')).toHaveAttribute('data-state', state, { timeout })

type Said = readonly [sentence: string, nextStep: string]

/** One sentence and the step that helps, announced to a screen reader as well. */
export const expectProblem = (page: Page, said: Said, timeout = 20_000) =>
  expectSaid(page.getByRole('alert'), said, timeout)

/** The same, over the picture that does not run. */
export const expectCover = (page: Page, said: Said, timeout = 20_000) =>
  expectSaid(page.getByRole('region', { name: 'Player' }).getByRole('status'), said, timeout)

async function expectSaid(where: Locator, [sentence, nextStep]: Said, timeout: number): Promise<void> {
  const notice = where.filter({ hasText: sentence })
  await expect(notice).toBeVisible({ timeout })
  await expect(notice).toContainText(nextStep)
}

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

/** Where the bytes of a viewer came from. */
export const received = (page: Page) =>
  page.getByTestId('watch-stats').evaluate(({ dataset: { bytesFromPeers, bytesFromRelays, peers } }) => ({
    fromPeers: Number(bytesFromPeers),
    fromRelays: Number(bytesFromRelays),
    peers: Number(peers),
  }))

export async function chooseQuality(page: Page, name: RegExp): Promise<void> {
  await page.locator('video').hover()
  await page.getByRole('button', { name: 'Quality' }).click()
  await page.getByRole('menuitemradio', { name }).click()
}

/** The relay has every number from the first to the newest: the stream has no gap. */
export async function expectAllSegments(relayUrl: string, link: string): Promise<void> {
  const response = await fetch(`${relayUrl}/segments/${link.split('/').at(-1)}?after=-1`)
  const { segments } = (await response.json()) as { segments: { sequenceNumber: string }[] }
  expect(segments.map(({ sequenceNumber }) => Number(sequenceNumber))).toEqual(segments.map((_, index) => index))
}
