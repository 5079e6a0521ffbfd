import { expect, test } from './fixtures'
import { expectWatch, turnOnCamera, walletOf } from './pages'
import { serveFolder } from './serveFolder'

test('the browser runs no script that the build has not written', async ({ network, page, violations }) => {
  await page.goto(network.url)
  await page.evaluate(() => {
    const run = 'globalThis.isInjected = true'
    document.body.append(Object.assign(document.createElement('script'), { textContent: run }))
    const image = document.createElement('img')
    image.setAttribute('onerror', run)
    image.src = 'data:,'
    document.body.append(image)
  })
  await expect.poll(() => violations.length).toBe(2)
  violations.length = 0
  expect(await page.evaluate(() => 'isInjected' in globalThis)).toBe(false)
})

test('the script in the page shows the chosen theme before the first paint', async ({ network, page }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto(network.url)
  await page.getByRole('button', { name: 'Use the dark theme' }).click()
  // Without the files of the build, only the script in the page runs.
  await page.route('**/assets/**', (route) => route.abort())
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('a web server can serve the page from a folder', async ({ network, context, page }) => {
  await context.grantPermissions(['camera', 'microphone'])
  const { url, close } = await serveFolder('/some/folder/', { chainId: 31_337, rpcUrl: network.chainUrl })
  const missing: string[] = []
  page.on('response', (response) => {
    if (response.url().startsWith(new URL(url).origin) && !response.ok()) missing.push(response.url())
  })

  await page.goto(url)
  await expect(page.getByRole('heading', { level: 1, name: 'Live video from a browser tab' })).toBeVisible()
  const link = (name: string) => page.getByRole('navigation').getByRole('link', { name })
  await link('Stake').click()
  await expect(page.getByTestId('transcoder')).toHaveCount(1)
  await link('Broadcast').click()
  await turnOnCamera(page)
  await expect(page.getByRole('button', { name: 'Go live' })).toBeEnabled()
  expect(await walletOf(page)).toMatch(/^0x/)
  await link('Watch').click()
  await page.getByLabel('Link of the stream').fill(`0x${'ab'.repeat(32)}`)
  await page.getByRole('button', { name: 'Watch' }).click()
  await expectWatch(page, 'not-found')
  expect(page.url()).toBe(`${url}#/watch/0x${'ab'.repeat(32)}`)
  // The browser fetches the code of the watch page early only if the address names the page when it opens.
  await page.reload()
  await expect(page.locator('link[rel=modulepreload][href*=WatchPage]').first()).toBeAttached()
  await expectWatch(page, 'not-found')
  await page.goto(`${url}#/nothing`)
  await expect(page.getByRole('heading', { level: 1, name: 'There is no such page' })).toBeVisible()
  expect(missing).toEqual([])
  close()
})
