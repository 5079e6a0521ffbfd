import { test as base } from '@playwright/test'
import { launchBrowser } from './browser'
import { type Network, startNetwork } from './network'

export { expect } from '@playwright/test'

/** All tests share one network and one browser. Each test has a new browser context, and must undo its changes of the network's settings. */
export const test = base.extend<object, { network: Network }>({
  network: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to learn which fixtures are needed.
    async ({}, use) => {
      const network = await startNetwork()
      await use(network)
      await network.stop()
    },
    { scope: 'worker' },
  ],
  browser: [
    // biome-ignore lint/correctness/noEmptyPattern: as above.
    async ({}, use) => {
      const browser = await launchBrowser()
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
})
