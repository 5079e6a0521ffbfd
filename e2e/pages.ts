import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test'

/**
 * Opens the broadcast page with a camera, and waits until the broadcaster can press Go live. The default is the lowest quality,
 * because a slow machine must also encode and play the stream in real time. `opened`: a page of the context, by default a new page.
 */
export async function openBroadcast(
  context: BrowserContext,
  url: string,
  { opened, quality = '360p' }: { opened?: Page; quality?: string } = {},
): Promise<Page> {
  await context.grantPermissions(['camera', 'microphone'])
  const page = opened ?? (await context.newPage())
  await page.goto(`${url}/#/broadcast`)
  await page.getByRole('radio', { name: quality }).click()
  await turnOnCamera(page)
  await expect(goLiveButton(page)).toBeEnabled()
  return page
}

export const turnOnCamera = (page: Page) => page.getByRole('button', { name: 'Turn on the camera' }).click()

export const goLiveButton = (page: Page) => page.getByRole('button', { name: 'Go live' })

/** The address of the connected wallet. */
export async function walletOf(page: Page): Promise<string> {
  return (await page.getByRole('button', { name: /, wallet$/ }).getAttribute('title')) ?? ''
}

/** Presses Go live; resolves to the share link when the stream is live. */
export async function goLive(page: Page): Promise<string> {
  await page.getByRole('button', { name: /go live/i }).click()
  await expectBroadcast(page, 'live')
  return (await page.getByTestId('share-link').getAttribute('href')) as string
}

export const streamIdOf = (link: string): string => link.match(/0x[\da-f]{64}/)?.[0] ?? ''

/** The number of segments of a stream that its relay serves. */
export async function segmentCount({ relayUrl }: { relayUrl: string }, link: string): Promise<number> {
  const response = await fetch(`${relayUrl}/segments/${streamIdOf(link)}?after=-1`)
  return response.ok ? ((await response.json()) as { segments: unknown[] }).segments.length : 0
}

/** Presses Stop, and presses Stop again in the dialog that asks for confirmation. */
export async function stop(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Stop' }).click()
}

/** Waits after Stop until the page shows all steps as done. Returns the amounts of the bill, in wei. */
export async function settled(page: Page): Promise<{ feesWei: bigint; refundedWei: bigint }> {
  await expectBroadcast(page, 'settled')
  const steps = await page
    .getByTestId('settlement-step')
    .evaluateAll((lines) => lines.map(({ dataset }) => `${dataset.step} ${dataset.done}`))
  expect(steps).toEqual(['ended', 'claimed', 'drawn', 'checked', 'paid'].map((step) => `${step} true`))
  const { feesWei = '', refundedWei = '' } = await page.getByTestId('bill').evaluate(({ dataset }) => ({ ...dataset }))
  return { feesWei: BigInt(feesWei), refundedWei: BigInt(refundedWei) }
}

/** The page shows this text if the transcoder is late, and has not transcoded the checked segment yet. */
export const noReceipt = 'The transcoder has no receipt for this segment.'

/** The page checks the segment on the screen, or a later one if the transcoder has no receipt yet. Returns the verdict. */
export async function checkSegment(page: Page): Promise<string> {
  if (!(await page.getByTestId('check-segment').isVisible())) await page.getByText('Statistics').click()
  await page.getByTestId('check-segment').click()
  const result = page.getByTestId('check-result')
  const isEarly = page.getByRole('dialog').getByText(noReceipt)
  for (;;) {
    await result.or(isEarly).waitFor()
    if (await result.isVisible()) break
    await page.getByRole('button', { name: 'Check another segment' }).click()
  }
  const verdict = await result.getAttribute('data-verdict')
  await page.getByRole('button', { name: 'Close' }).click()
  return verdict ?? ''
}

export const expectBroadcast = (page: Page, state: string | RegExp) =>
  expect(page.getByTestId('broadcast-state')).toHaveAttribute('data-state', state)

export const expectWatch = (page: Page, state: string | RegExp) =>
  expect(page.getByTestId('watch-state')).toHaveAttribute('data-state', state)

type NoticeText = readonly [sentence: string, nextStep: string]

/** Expects that the page shows a problem and the next step as an alert, which a screen reader announces. */
export const expectProblem = (page: Page, notice: NoticeText) => expectNotice(page.getByRole('alert'), notice)

/** Expects that the player shows a message and the next step instead of the picture. */
export const expectCover = (page: Page, notice: NoticeText) =>
  expectNotice(page.getByRole('region', { name: 'Player' }).getByRole('status'), notice)

async function expectNotice(where: Locator, [sentence, nextStep]: NoticeText): Promise<void> {
  const shown = where.filter({ hasText: sentence })
  await expect(shown).toBeVisible()
  await expect(shown).toContainText(nextStep)
}

export type Playback = {
  currentTime: number
  frames: number
  height: number
  audioBytes: number
  stalls: number
  latencyMs: number
}

/** Reads figures from the video element and from the data attributes of the statistics, and not from the texts of the page. */
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

/** Presses “Play the recording” after the end of the stream, and waits for the picture. */
export async function playRecording(page: Page): Promise<void> {
  await expectWatch(page, 'ended')
  await page.getByRole('button', { name: 'Play the recording' }).click()
  await expectWatch(page, 'recording')
}

/** The part of the recording that the viewer's device has, from 0 to 1. */
export const kept = (page: Page): Promise<number> =>
  page.getByTestId('watch-stats').evaluate(({ dataset }) => Number(dataset.kept))

/** Bytes that a viewer received from each kind of source, and the viewer's number of peers. */
export const received = (page: Page) =>
  page.getByTestId('watch-stats').evaluate(({ dataset: { bytesFromPeers, bytesToPeers, bytesFromRelays, peers } }) => ({
    fromPeers: Number(bytesFromPeers),
    toPeers: Number(bytesToPeers),
    fromRelays: Number(bytesFromRelays),
    peers: Number(peers),
  }))

export async function chooseQuality(page: Page, name: RegExp): Promise<void> {
  const menu = page.getByRole('combobox', { name: 'Quality' })
  await menu.selectOption({ label: (await menu.locator('option').filter({ hasText: name }).textContent()) ?? '' })
}

/** Expects that the relay serves all sequence numbers from the first to the newest: the stream has no gap. */
export async function expectAllSegments(relayUrl: string, link: string): Promise<void> {
  const response = await fetch(`${relayUrl}/segments/${streamIdOf(link)}?after=-1`)
  const { segments } = (await response.json()) as { segments: { sequenceNumber: string }[] }
  expect(segments.map(({ sequenceNumber }) => Number(sequenceNumber))).toEqual(segments.map((_, index) => index))
}
