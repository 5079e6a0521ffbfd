import { test as base } from '@playwright/test'
import { launchBrowser } from './browser'
import { type Network, startNetwork } from './network'

export { expect } from '@playwright/test'

/** Journeys on one network, in one browser: each has a context of its own, and leaves the network as it was. */
export const test = base.extend<object, { network: Network }>({
  network: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern to know what is needed.
    async ({}, use) => {
      const network = await startNetwork()
      await use(network)
      await network.stop()
    },
    { scope: 'worker' },
  ],
  browser: [
    // biome-ignore lint/correctness/noEmptyPattern: the same.
    async ({}, use) => {
      const browser = await launchBrowser()
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
})
