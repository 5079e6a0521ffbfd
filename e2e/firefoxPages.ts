import type { ElementHandle, Page } from 'puppeteer-core'

/** The limit only ends a test that hangs. */
const timeout = 90_000

/** Presses the button with this name, as soon as the page allows it. `within`: a selector of the part of the page, for example a dialog. */
export async function press(page: Page, name: string, within = 'body'): Promise<void> {
  const found = await page.waitForFunction(
    (name, within) =>
      [...document.querySelectorAll<HTMLButtonElement>(`${within} button:not(:disabled)`)].find(
        (button) => (button.getAttribute('aria-label') ?? button.textContent)?.trim() === name,
      ),
    { timeout },
    name,
    within,
  )
  await (found.asElement() as ElementHandle<HTMLButtonElement>).click()
}

/** Waits until an element with this test id has this value in an attribute. */
export const until = (page: Page, id: string, attribute: string, value: string) =>
  page.waitForSelector(`[data-testid=${id}][${attribute}="${value}"]`, { timeout })

/** Waits until the expression is true in the page. */
export const untilTrue = (page: Page, expression: string) => page.waitForFunction(expression, { timeout })

/** The text of the first element that the selector finds. */
export const textOf = (page: Page, selector: string): Promise<string | null> =>
  page.$eval(selector, ({ textContent }) => textContent)

/** An attribute of the first element with this test id. */
export const attribute = (page: Page, id: string, name: string): Promise<string | null> =>
  page.$eval(`[data-testid=${id}]`, (element, name) => element.getAttribute(name), name)

/** The figures of the video element. */
export const figures = (page: Page) =>
  page.evaluate(() => {
    const video = document.querySelector('video') as HTMLVideoElement
    return { currentTime: video.currentTime, frames: video.getVideoPlaybackQuality().totalVideoFrames }
  })
