import { type Browser, type BrowserContext, test as base, expect } from '@playwright/test'
import { launchBrowser } from './browser'
import { isAlive, type Network, startNetwork } from './network'

export { expect }

let shared: Browser | undefined
/** The file of the last test, and the browser contexts that were open after this test. */
let last: { file: string; contexts: readonly BrowserContext[] } = { file: '', contexts: [] }
/** The messages of the browser about acts of pages that the Content-Security-Policy of our page forbids (decision 057). */
const violations: string[] = []

/**
 * The tests share one network and one browser, and some tests start more of them. Each test has a new browser context, and must undo its
 * changes of the network's settings. At the end, Ctrl-C must stop all processes of the network.
 */
export const test = base.extend<{ withoutOldPages: undefined; violations: string[] }, { network: Network }>({
  // Each test fails if a page breaks the policy. A test that expects a violation removes it from this list.
  violations: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to learn which fixtures are needed.
    async ({}, use) => {
      await use(violations)
      expect(violations.splice(0)).toEqual([])
    },
    { auto: true },
  ],
  // An open page uses CPU time. So the first test of a file closes the pages that the tests of the previous file have left open.
  withoutOldPages: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to learn which fixtures are needed.
    async ({}, use, { file }) => {
      if (file !== last.file) await Promise.all(last.contexts.map((context) => context.close()))
      await use(undefined)
      last = { file, contexts: shared?.contexts() ?? [] }
    },
    { auto: true },
  ],
  network: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern, and this fixture needs no other fixture.
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
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern, and this fixture needs no other fixture.
    async ({}, use) => {
      const browser = await launchBrowser()
      shared = browser
      browser.on('context', (context) =>
        context.on('console', (message) => {
          if (message.text().includes('Content Security Policy')) violations.push(message.text())
        }),
      )
      await use(browser)
      await browser.close()
      shared = undefined
    },
    { scope: 'worker' },
  ],
})
