import type { Page } from '@playwright/test'
import { parseEther } from 'viem'
import { expect, test } from './fixtures'
import { chooseRadio, pressEnterOn, tabTo } from './keyboard'
import { expectBroadcast, expectWatch, goLiveButton, playback, walletOf } from './pages'
import { connectStaking } from './staking'

// These tests do what a person without a mouse does. Each test opens the address, and then uses only `page.keyboard`.

const linkTo = (page: Page, name: string) => page.getByRole('navigation').getByRole('link', { name })
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })
const paused = (page: Page) => page.evaluate(() => document.querySelector('video')?.paused)

test('with the keyboard alone, a person goes live, and others watch by the link and use the player; the person stops', async ({
  network,
  browser,
}) => {
  const context = await browser.newContext({
    permissions: ['camera', 'microphone', 'clipboard-read', 'clipboard-write'],
  })
  const page = await context.newPage()
  await page.goto(network.url)

  const link = await test.step('from the start page to a live stream, and its link is copied', async () => {
    await pressEnterOn(page, page.getByRole('main').getByRole('link', { name: 'Go live' }))
    await expect(heading(page, 'Broadcast')).toBeFocused()
    await pressEnterOn(page, page.getByRole('button', { name: 'Turn on the camera' }))
    await expect(goLiveButton(page)).toBeEnabled()
    await chooseRadio(page, 'Quality', '360p')
    await pressEnterOn(page, goLiveButton(page))
    await expectBroadcast(page, 'live')
    // The button that was pressed is not there any more.
    await expect(page.getByRole('heading', { name: 'On air' })).toBeFocused()
    await pressEnterOn(page, page.getByRole('button', { name: 'Copy: link to the stream' }))
    await expect(page.getByRole('button', { name: 'Copied: link to the stream' })).toBeFocused()
    return page.evaluate(() => navigator.clipboard.readText())
  })

  const viewer = await context.newPage()
  await viewer.goto(link)
  await expectWatch(viewer, 'live')
  await expect.poll(async () => (await playback(viewer)).currentTime).toBeGreaterThan(0)

  await test.step('the viewer pauses, plays, chooses a quality and comes back to live', async () => {
    await tabTo(viewer, viewer.locator('video'))
    await viewer.keyboard.press('Space')
    await expect.poll(() => paused(viewer)).toBe(true)
    await pressEnterOn(viewer, viewer.getByRole('button', { name: 'Play' }).last())
    await expect.poll(() => paused(viewer)).toBe(false)
    const quality = viewer.getByRole('combobox', { name: 'Quality' })
    await tabTo(viewer, quality)
    await viewer.keyboard.press('ArrowDown')
    await expect(quality).not.toHaveValue('auto')
    await expect(quality).toBeFocused()
    await pressEnterOn(viewer, viewer.getByRole('button', { name: /jump to live$/ }))
    await expectWatch(viewer, 'live')
  })

  await test.step('the viewer reads the list of keys, and the check of a segment; the focus comes back after each dialog', async () => {
    const summary = viewer.getByTestId('watch-stats').locator('summary')
    await pressEnterOn(viewer, summary)
    await viewer.keyboard.press('?')
    await expect(viewer.getByRole('dialog', { name: 'Keys' })).toBeVisible()
    await viewer.keyboard.press('Escape')
    await expect(summary).toBeFocused()
    const check = viewer.getByTestId('check-segment')
    await pressEnterOn(viewer, check)
    const dialog = viewer.getByRole('dialog', { name: /segment/i })
    await expect(dialog).toBeVisible()
    // In a dialog, Tab goes around, and never behind the dialog.
    for (let pressed = 0; pressed < 4; pressed++) {
      await viewer.keyboard.press('Tab')
      await expect(dialog.locator(':focus')).toHaveCount(1)
    }
    await viewer.keyboard.press('Escape')
    await expect(check).toBeFocused()
  })

  await test.step('the broadcaster reads the question before the end, continues, and then stops', async () => {
    const stop = page.getByRole('button', { name: 'Stop' })
    await pressEnterOn(page, stop)
    await expect(page.getByRole('alertdialog', { name: 'Stop the broadcast?' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Continue' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(stop).toBeFocused()
    await page.keyboard.press('Enter')
    await pressEnterOn(page, page.getByRole('alertdialog').getByRole('button', { name: 'Stop' }))
    await expectBroadcast(page, /^settl(ing|ed)$/)
    await expect(page.locator('body')).not.toBeFocused()
    await expectWatch(viewer, 'ended')
    await pressEnterOn(viewer, linkTo(viewer, 'Watch'))
    await expect(heading(viewer, 'Watch a stream')).toBeFocused()
  })
})

test('with the keyboard alone, a delegator stakes, and takes the stake back', async ({ network, page }) => {
  const chain = await connectStaking(network)
  await chain.mineOnDemand()
  // Stakes can change only in an initialized round.
  await chain.advanceRounds(1)
  try {
    await page.goto(network.url)
    await pressEnterOn(page, linkTo(page, 'Stake'))
    await expect(heading(page, 'Stake')).toBeFocused()
    await pressEnterOn(page, page.getByRole('button', { name: 'Get test LPT' }))
    await expect(page.getByTestId('my-balance')).toHaveAttribute('data-wei', String(parseEther('1000')))
    const account = await walletOf(page)

    await pressEnterOn(page, page.getByTestId('transcoder').getByRole('button', { name: 'Stake' }))
    await expect(page.getByLabel('How much LPT?')).toBeFocused()
    await page.keyboard.type('5')
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('review')).toContainText('What you can lose')
    await pressEnterOn(page, page.getByTestId('review').getByRole('button', { name: 'Stake' }))
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect.poll(() => chain.stakeOf(account)).toBeGreaterThanOrEqual(parseEther('5') - 1n)
    await expect(page.locator('body')).not.toBeFocused()

    await pressEnterOn(page, page.getByRole('button', { name: 'Unstake' }))
    await expect(page.getByLabel('How much LPT?')).toBeFocused()
    await pressEnterOn(page, page.getByRole('button', { name: 'All', exact: true }))
    await pressEnterOn(page, page.getByRole('button', { name: 'Review' }))
    await pressEnterOn(page, page.getByTestId('review').getByRole('button', { name: 'Unstake' }))
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect.poll(() => chain.stakeOf(account)).toBe(0n)
    await expect(page.locator('body')).not.toBeFocused()
  } finally {
    await chain.mineEverySecond()
  }
})

test('with the keyboard alone, an operator copies the commands of a relay, looks at its page, and prepares a proposal', async ({
  network,
  browser,
}) => {
  const page = await (await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })).newPage()
  await page.goto(network.url)
  await pressEnterOn(page, linkTo(page, 'Stake'))
  await expect(page.getByTestId('my-balance')).toBeVisible()
  for (const command of [/npx lp-relay key$/, /npx lp-relay --rpc .* --stake/, /npx lp-relay status$/]) {
    const copy = page.getByTestId('become').getByRole('button', { name: command })
    await pressEnterOn(page, copy)
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(command)
    await expect(copy).toBeFocused()
  }
  await pressEnterOn(page, page.getByTestId('transcoder').getByRole('link', { name: /^Details/ }))
  await expect(heading(page, 'Transcoder')).toBeFocused()
  await expect(page.getByTestId('delegators')).toBeVisible()
  await pressEnterOn(page, page.getByRole('link', { name: 'All transcoders' }))
  await expect(heading(page, 'Stake')).toBeFocused()

  await pressEnterOn(page, linkTo(page, 'Govern'))
  await expect(heading(page, 'Govern')).toBeFocused()
  const parameter = page.getByRole('combobox', { name: 'Parameter' })
  await tabTo(page, parameter)
  await page.keyboard.type('FinderFee')
  await expect(parameter.locator('option:checked')).toHaveText('FinderFee (Stake)')
  await tabTo(page, page.getByLabel('New value of FinderFee'))
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('6')
  await page.keyboard.press('Enter')
  await expect(page.getByText('FinderFee from 5 to 6 %')).toBeVisible()
  await tabTo(page, page.getByLabel('Why should stakers vote for it?'))
  await page.keyboard.type('Finders do more.')
  const review = page.getByRole('button', { name: 'Review the proposal' })
  await pressEnterOn(page, review)
  await expect(page.getByTestId('review')).toContainText('FinderFee from 5 to 6')
  await page.keyboard.press('Escape')
  await expect(review).toBeFocused()
})
