import { mineBlocks, operatorOf } from './chain'
import { expect, test } from './fixtures'
import { expectProblem } from './pages'

test('a person finds a transcoder in the list, opens its page, and stakes from there', async ({ network, page }) => {
  const address = (await operatorOf(network)) as string
  await page.goto(`${network.url}/#/stake`)
  await page
    .getByTestId('transcoder')
    .getByRole('link', { name: /^Details/ })
    .click()
  await expect(page).toHaveURL(new RegExp(`/#/stake/${address}$`, 'i'))
  await expect(page).toHaveTitle(`Transcoder ${address.slice(0, 6)}…${address.slice(-4)} · lp`)
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
  await expect(page.getByTestId('reward-calls')).toHaveText(/^\d+ of \d+$/)
  await expect(page.getByTestId('delegators')).toHaveText(/^\d+$/)
  await expect(page.getByText(/^https?:\/\/\S+$/)).toBeVisible()
  const button = page.getByTestId('transcoder').getByRole('button', { name: 'Stake' })
  await button.click()
  await expect(page.getByLabel('How much LPT?')).toBeFocused()
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'All transcoders' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Stake' })).toBeFocused()
})

test('the address of the page opens the page of the transcoder, and says so if it names no transcoder', async ({
  network,
  page,
}) => {
  const address = (await operatorOf(network)) as string
  await page.goto(`${network.url}/#/stake/${address.toLowerCase()}`)
  await expect(page.getByTestId('transcoder-record')).toBeVisible()
  await page.goto(`${network.url}/#/stake/0x${'ab'.repeat(20)}`)
  await expect(page.getByText('This account is not a transcoder now.')).toBeVisible()
  await page.goto(`${network.url}/#/stake/0xab`)
  await expectProblem(page, ['This link names no account.', 'Check the link.'])
})

test('after a reload, the page asks the chain only for the events of new blocks', async ({ network, page }) => {
  const address = ((await operatorOf(network)) as string).toLowerCase()
  await mineBlocks(network, 300)
  /** For each search for events of this transcoder: the number of blocks. */
  const searches: number[] = []
  page.on('request', (request) => {
    const { method, params } = (request.method() === 'POST' ? request.postDataJSON() : {}) as Partial<RpcCall>
    const [filter] = params ?? []
    if (method !== 'eth_getLogs' || !filter?.topics?.[1]?.endsWith(address.slice(2))) return
    searches.push(Number(filter.toBlock) - Number(filter.fromBlock))
  })
  const isShown = () => expect(page.getByTestId('reward-calls')).toHaveText(/^\d+ of \d+$/)
  await page.goto(`${network.url}/#/stake/${address}`)
  await isShown()
  expect(Math.max(...searches)).toBeGreaterThan(200)
  const keys = () =>
    page.evaluate(async () => {
      const opened = indexedDB.open('lp.stake')
      await new Promise((resolve) => opened.addEventListener('success', resolve))
      const found = opened.result.transaction('events').objectStore('events').getAllKeys()
      await new Promise((resolve) => found.addEventListener('success', resolve))
      opened.result.close()
      return found.result.join()
    })
  await expect.poll(keys).toMatch(/history/)
  searches.length = 0
  await page.reload()
  await isShown()
  expect(Math.max(...searches)).toBeLessThan(200)
})

type RpcCall = { method: string; params: { topics?: (string | null)[]; fromBlock: string; toBlock: string }[] }
