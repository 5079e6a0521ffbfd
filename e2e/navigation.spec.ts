import type { Page } from '@playwright/test'
import { expect, test } from './fixtures'
import { turnOnCamera } from './pages'

const pages = [
  { name: 'Watch', title: 'Watch · lp', heading: 'Watch a stream' },
  { name: 'Broadcast', title: 'Broadcast · lp', heading: 'Broadcast' },
  { name: 'Stake', title: 'Stake · lp', heading: 'Stake' },
  { name: 'Govern', title: 'Govern · lp', heading: 'Govern' },
  { name: 'Claim', title: 'Claim · lp', heading: 'Claim' },
]

const linkTo = (page: Page, name: string) => page.getByRole('navigation').getByRole('link', { name })

test('a person goes to each page with the keyboard: the page has its title, and its main heading has the focus', async ({
  network,
  page,
}) => {
  await page.goto(network.url)
  await expect(page).toHaveTitle('Live video from a browser tab · lp')
  await expect(page.locator('body')).toBeFocused()
  for (const { name, title, heading } of pages) {
    await linkTo(page, name).press('Enter')
    await expect(page).toHaveTitle(title)
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeFocused()
    await expect(linkTo(page, name)).toHaveAttribute('aria-current', 'page')
  }
  await page.goto(`${network.url}/#/nothing`)
  await expect(page).toHaveTitle('No such page · lp')
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
  await expect(linkTo(page, 'Watch')).toBeVisible()
})

test('the title of a watched stream names its state', async ({ network, page }) => {
  await page.goto(`${network.url}/#/watch/0x${'ab'.repeat(32)}`)
  await expect(page).toHaveTitle('Not found · stream 0xababab · lp')
  await expect(linkTo(page, 'Watch')).toHaveAttribute('aria-current', 'page')
})

test('after the dialog for a stake, the button that opened it has the focus', async ({ network, page }) => {
  await page.goto(`${network.url}/#/stake`)
  const button = page.getByTestId('transcoder').getByRole('button', { name: 'Stake' })
  await expect(page.getByTestId('my-balance')).toBeVisible()
  await button.press('Enter')
  const amount = page.getByLabel('How much LPT?')
  await expect(amount).toBeFocused()
  await amount.press('Escape')
  await expect(button).toBeFocused()
})

test('the page asks what 1,000 means, and does not read it as 1', async ({ network, page }) => {
  await page.goto(`${network.url}/#/stake`)
  await expect(page.getByTestId('my-balance')).toBeVisible()
  await page.getByTestId('transcoder').getByRole('button', { name: 'Stake' }).click()
  await page.getByLabel('How much LPT?').fill('1,000')
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByRole('alert')).toHaveText('Do you mean 1000 or 1? Enter one of these two numbers.')
  await expect(page.getByLabel('How much LPT?')).toHaveValue('1,000')
})

test('the page offers 540p, and not 720p, for a camera with 540 lines', async ({ network, context, page }) => {
  await context.grantPermissions(['camera', 'microphone'])
  await page.addInitScript(() => {
    const devices = navigator.mediaDevices
    const ask = devices.getUserMedia.bind(devices)
    const video = { width: { exact: 960 }, height: { exact: 540 } }
    devices.getUserMedia = (wanted) => ask({ ...wanted, ...(wanted?.video && { video }) })
  })
  await page.goto(`${network.url}/#/broadcast`)
  await expect(page.getByRole('radio', { name: '720p' })).toBeVisible()
  await turnOnCamera(page)
  await expect(page.getByRole('radio', { name: '540p' })).toBeChecked()
  await expect(page.getByRole('radio', { name: '720p' })).toHaveCount(0)
})
