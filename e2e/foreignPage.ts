import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page } from '@playwright/test'

/**
 * Opens a page of another site with this HTML. For the browser, 127.0.0.1 is another site than `localhost`, so the storage of a frame in this
 * page is not the storage of the framed site.
 */
export async function openForeignPage(context: BrowserContext, html: string): Promise<Page> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>Another site</title>${html}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const page = await context.newPage()
  page.once('close', () => server.close())
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return page
}

/** The storage of pages and frames throws, as in a browser that forbids storage in frames of other sites. */
export const forbidStorage = (context: BrowserContext) =>
  context.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
      Object.defineProperty(window, name, {
        configurable: true,
        get() {
          throw new DOMException('The document has no access to storage.', 'SecurityError')
        },
      })
  })

export const playerElement = (site: string, link: string): string =>
  `<script src="${site}/lp-player.js"></script><lp-player stream="${link}" style="width: 480px"></lp-player>`
