import { noReceipt } from './pages'

/** A page of a browser that Playwright does not control: `WebKitPage`, or a page of Firefox that Puppeteer controls. */
export type OtherPage = {
  /** Resolves to the value of a JavaScript expression in the page. */
  evaluate(expression: string): Promise<unknown>
  /** Waits until the expression is true in the page. If the value of the expression is an element, `asElement` returns the element. */
  waitForFunction(
    expression: string,
    limit: { timeout: number; polling: number },
  ): Promise<{ asElement(): Clickable | null }>
}

type Clickable = { click(): Promise<void> }

/** The limit, in milliseconds, only ends a test that hangs. */
export const timeout = 90_000

/**
 * Presses the button with this name, as soon as the page shows it and it is enabled. `within`: a selector of the part of the page, for
 * example a dialog.
 */
export const press = (page: OtherPage, name: string, within = 'body'): Promise<void> =>
  click(
    page,
    `[...document.querySelectorAll(${JSON.stringify(`${within} button:not(:disabled, [aria-disabled=true])`)})].find(
      (button) => (button.getAttribute('aria-label') ?? button.textContent)?.trim() === ${JSON.stringify(name)})`,
  )

/** Chooses the option with this name, as soon as the page shows it. */
export const choose = (page: OtherPage, name: string): Promise<void> =>
  click(
    page,
    `[...document.querySelectorAll('label:has(input[type=radio]:enabled)')].find(
      (label) => label.textContent.trim() === ${JSON.stringify(name)})`,
  )

/** Clicks the element that is the value of the expression, as soon as the expression has a value. */
async function click(page: OtherPage, expression: string): Promise<void> {
  await (await untilTrue(page, expression)).asElement()?.click()
}

/** Waits until an element with this test id has this value in an attribute. */
export const until = (page: OtherPage, id: string, attribute: string, value: string) =>
  untilTrue(page, element(`[data-testid=${id}][${attribute}="${value}"]`))

/** Waits until the expression is true in the page. If this takes too long, the error contains the text of the page. */
export const untilTrue = (page: OtherPage, expression: string) =>
  page.waitForFunction(expression, { timeout, polling: 100 }).catch(async (cause) => {
    const text = await page.evaluate('document.body.innerText')
    throw new Error(`The condition ${expression} has not become true in time. The page shows:\n${text}`, { cause })
  })

/** An attribute of the first element with this test id. */
export const attribute = (page: OtherPage, id: string, name: string) =>
  page.evaluate(`${element(`[data-testid=${id}]`)}.getAttribute('${name}')`) as Promise<string | null>

/**
 * Waits until the page shows a live stream, has decoded pictures and has played two more seconds. After a seek, WebKit counts the decoded
 * pictures from 0 again, so the count can be 0 for a moment.
 */
export async function watch(page: OtherPage): Promise<void> {
  await until(page, 'watch-state', 'data-state', 'live')
  const currentTime = await page.evaluate(`${element('video')}.currentTime`)
  await untilTrue(
    page,
    `${element('video')}.currentTime > ${currentTime} + 2 && ${element('video')}.getVideoPlaybackQuality().totalVideoFrames > 0`,
  )
}

/** The page checks the segment on the screen, or a later one if the transcoder has no receipt yet. Returns the text of the dialog. */
export async function checkSegment(page: OtherPage): Promise<string> {
  await page.evaluate(`${element('details[data-testid=watch-stats]')}.open = true`)
  await click(page, element('[data-testid=check-segment]'))
  for (;;) {
    // The dialog shows either a verdict, or the reason why the page has no verdict.
    await untilTrue(page, element('[data-testid=check-result], [role=dialog] [role=alert]'))
    const text = (await page.evaluate(`${element('[role=dialog]')}.textContent`)) as string
    if (!text.includes(noReceipt)) return text
    await press(page, 'Check another segment', '[role=dialog]')
  }
}

const element = (selector: string) => `document.querySelector(${JSON.stringify(selector)})`
