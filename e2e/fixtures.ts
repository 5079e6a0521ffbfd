import { test as base, expect } from '@playwright/test'
import { launchBrowser } from './browser'
import { isAlive, type Network, startNetwork } from './network'

export { expect }

/**
 * All tests share one network and one browser. Each test has a new browser context, and must undo its changes of the network's settings. At
 * the end, Ctrl-C must stop all processes of the network.
 */
export const test = base.extend<object, { network: Network }>({
  network: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to learn which fixtures are needed.
    async ({}, use) => {
      const network = await startNetwork()
      await use(network)
      await network.stop()
      // Ctrl-C stops all processes.
      for (const id of [network.chainProcess, network.relayProcess]) expect(isAlive(id)).toBe(false)
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
