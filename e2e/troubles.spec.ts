import { launchBrowser, launchBrowserWithoutCamera, launchBrowserWithoutPermission } from './browser'
import { balanceOf, depositOf, rpc } from './chain'
import { expect, test } from './fixtures'
import {
  expectBroadcast,
  expectCover,
  expectProblem,
  expectWatch,
  goLiveButton,
  openBroadcast,
  turnOnCamera,
  walletOf,
} from './pages'
import { installWallet, type WalletAnswer } from './wallet'

const chainRequests = '**/rpc'
const chainDoesNotAnswer = ['The chain does not answer.', 'Check your connection.'] as const

test('the machine has no camera', async ({ network }) => {
  const browser = await launchBrowserWithoutCamera()
  const page = await browser.newPage()
  await page.goto(`${network.url}/#/broadcast`)
  await turnOnCamera(page)
  await expectProblem(page, ['No camera was found.', 'Connect a camera, or share a screen.'])
  await expectBroadcast(page, 'idle')
  await expect(goLiveButton(page)).toBeDisabled()
  await browser.close()
})

test('the permission for the camera is refused, then granted', async ({ network }) => {
  const browser = await launchBrowserWithoutPermission()
  const page = await browser.newPage()
  await page.goto(`${network.url}/#/broadcast`)
  await turnOnCamera(page)
  await expectProblem(page, ['This page has no permission to use the camera.', 'Allow it with the icon'])
  await expectBroadcast(page, 'idle')

  await page.context().grantPermissions(['camera', 'microphone'])
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click()
  await expect(goLiveButton(page)).toBeEnabled()
  await expect(page.getByRole('alert')).toBeHidden()
  await browser.close()
})

test('the browser forbids storage: the pages for broadcasting and staking work', async ({ network, context }) => {
  await context.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage'])
      Object.defineProperty(window, name, {
        configurable: true,
        get() {
          throw new DOMException('The document has no access to storage.', 'SecurityError')
        },
      })
  })
  const page = await openBroadcast(context, network.url)
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(page.getByText('This browser stores no data for this page.')).toBeVisible()
  await page.goto(`${network.url}/#/stake`)
  await expect(page.getByTestId('transcoder')).toHaveCount(1)
  await expect(page.getByTestId('my-balance')).toBeVisible()
})

for (const { feature, missing, sentence } of [
  { feature: 'WebCodecs', missing: 'VideoEncoder', sentence: 'This browser cannot encode video in a page.' },
  { feature: 'an H.264 encoder', missing: 'avc1', sentence: 'This browser has no H.264 encoder.' },
])
  test(`the browser lacks ${feature}`, async ({ network, page }) => {
    await page.addInitScript((missing) => {
      if (missing === 'VideoEncoder') Reflect.deleteProperty(globalThis, missing)
      else VideoEncoder.isConfigSupported = async (config) => ({ config, supported: false })
    }, missing)
    await page.goto(`${network.url}/#/broadcast`)
    await expectProblem(page, [sentence, 'Open this page in a current Chrome, Edge or Brave.'])
    await turnOnCamera(page)
    await expectProblem(page, [sentence, 'Open this page in a current Chrome, Edge or Brave.'])
    await expectBroadcast(page, 'idle')
    await expect(goLiveButton(page)).toBeDisabled()
  })

test('the chain does not answer when the page opens, and answers later', async ({ network, page }) => {
  await page.route(chainRequests, (route) => route.abort())
  await page.goto(`${network.url}/#/broadcast`)
  await expectProblem(page, chainDoesNotAnswer)
  await expectBroadcast(page, 'failed')
  await expect(page.getByRole('alert')).toHaveCount(1)

  await page.unroute(chainRequests)
  await page.getByRole('button', { name: 'Try again' }).click()
  await turnOnCamera(page)
  await expectBroadcast(page, 'idle')
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(goLiveButton(page)).toBeEnabled()
})

test('the chain does not answer when the broadcaster presses Go live: nothing is paid', async ({
  network,
  context,
}) => {
  const page = await openBroadcast(context, network.url)
  const before = await balanceOf(network, await walletOf(page))
  await page.route(chainRequests, (route) => route.abort())
  await goLiveButton(page).click()
  await expectProblem(page, chainDoesNotAnswer)
  await expectBroadcast(page, 'failed')

  await page.unroute(chainRequests)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(goLiveButton(page)).toBeEnabled()
  expect(await balanceOf(network, await walletOf(page))).toBe(before)
})

test('the wallet holds less than the deposit, and later holds enough', async ({ network, context }) => {
  const page = await openBroadcast(context, network.url)
  const address = await walletOf(page)
  const full = await balanceOf(network, address)
  await rpc(network, 'anvil_setBalance', address, '0x1')
  await goLiveButton(page).click()
  await expectProblem(page, [
    'The wallet holds too little ether for the deposit and the network fee.',
    'Send more ether',
  ])
  await expectBroadcast(page, 'failed')

  await page.getByRole('button', { name: 'Try again' }).click()
  await expectProblem(page, ['more for the deposit.', 'Send more ether to the wallet, or choose a lower quality.'])
  await expectBroadcast(page, 'idle')
  await expect(goLiveButton(page)).toBeDisabled()

  await rpc(network, 'anvil_setBalance', address, `0x${full.toString(16)}`)
  await expect(goLiveButton(page)).toBeEnabled()
  await expect(page.getByRole('alert')).toBeHidden()
})

test('no relay answers the page: the wallet is not asked, and nothing is paid', async ({ network, context }) => {
  const page = await openBroadcast(context, network.url)
  const before = await balanceOf(network, await walletOf(page))
  await page.route('**/healthz', (route) => route.abort())
  await goLiveButton(page).click()
  await expectProblem(page, ['The only transcoder at this price does not answer this page.', 'Nothing was paid.'])
  await expectBroadcast(page, 'failed')
  expect(await balanceOf(network, await walletOf(page))).toBe(before)
})

test('the browser forbids UDP for WebRTC, and WebSocket does not work: the wallet is not asked, and nothing is paid', async ({
  network,
}) => {
  const browser = await launchBrowser('--webrtc-ip-handling-policy=disable_non_proxied_udp')
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.addInitScript(() => {
    globalThis.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        // No program listens at this port.
        super(String(url).includes('/ingest') ? 'ws://localhost:9' : url, protocols)
      }
    }
  })
  await openBroadcast(context, network.url, { opened: page })
  const before = await balanceOf(network, await walletOf(page))
  await goLiveButton(page).click()
  await expectProblem(page, ['This browser or this network blocks WebRTC and WebSocket', 'Nothing was paid.'])
  await expectBroadcast(page, 'failed')
  expect(await balanceOf(network, await walletOf(page))).toBe(before)
  await browser.close()
})

const declined = ['The transaction was declined in the wallet.', 'Nothing was paid. Try again'] as const

test('the wallet declines the transaction in many ways, or cancels it: the broadcaster can try again each time', async ({
  network,
  context,
  page,
}) => {
  const [address] = (await rpc(network, 'eth_accounts')) as [string]
  await installWallet(page, { address, answer: { error: { code: 4001, message: 'User rejected.' } } })
  await openBroadcast(context, network.url, { opened: page })
  const before = await balanceOf(network, address)
  const answerWith = (answer: WalletAnswer) =>
    page.evaluate((answer) => {
      globalThis.walletAnswer = answer
    }, answer)
  const tryAgain = async () => {
    await expectBroadcast(page, 'failed')
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect(goLiveButton(page)).toBeEnabled()
    expect(await depositOf(network, address)).toBe(0n)
  }
  await goLiveButton(page).click()
  await expectProblem(page, declined)
  await tryAgain()

  await answerWith({ error: { code: -32603, message: 'MetaMask Tx Signature: User denied transaction signature.' } })
  await goLiveButton(page).click()
  await expectProblem(page, declined)
  await tryAgain()

  await answerWith({ result: null })
  await goLiveButton(page).click()
  await expectProblem(page, declined)
  await tryAgain()

  await answerWith('never')
  await goLiveButton(page).click()
  await page.getByRole('button', { name: 'Back' }).click()
  await expectProblem(page, ['You have not gone live.', 'Decline the transaction in your wallet.'])
  await tryAgain()
  expect(await balanceOf(network, address)).toBe(before)

  await answerWith('cancel')
  await goLiveButton(page).click()
  await expectProblem(page, ['The transaction was cancelled in the wallet.', 'You paid the network fee'])
  await tryAgain()
})

test('a link names a stream that does not exist', async ({ network, page }) => {
  await page.goto(`${network.url}/#/watch/0x${'ab'.repeat(32)}`)
  await expectWatch(page, 'not-found')
  await expectCover(page, ['There is no such stream.', 'Ask the sender for the link again.'])
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible()
})

test('a viewer opens a malformed link, and then pastes another malformed link', async ({ network, page }) => {
  const problem = ['This is not a link to a stream.', 'Paste the whole link that the broadcaster sent you.'] as const
  await page.goto(`${network.url}/#/watch/0x1234`)
  await expectProblem(page, problem)
  await page.getByRole('link', { name: 'To the start page' }).click()
  await page.getByLabel('Or watch by link').fill('https://example.org/')
  await page.getByRole('button', { name: 'Watch' }).click()
  await expectProblem(page, problem)
})

test('the chain does not answer when a viewer opens a link', async ({ network, page }) => {
  await page.route(chainRequests, (route) => route.abort())
  await page.goto(`${network.url}/#/watch/0x${'ab'.repeat(32)}`)
  await expectWatch(page, 'failed')
  await expectCover(page, ['The chain does not answer, so the stream cannot be found.', 'Check your connection'])
  await page.unroute(chainRequests)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expectWatch(page, 'not-found')
})
