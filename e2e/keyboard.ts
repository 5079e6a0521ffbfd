import { expect, type Locator, type Page } from '@playwright/test'

/** More stops than any page has. */
const mostStops = 80

/**
 * Presses Tab until the element has the focus, as a person without a mouse does. Expects of each stop on the way that the person sees it,
 * that it has a visible outline, and that a screen reader can name it. Fails if Tab does not leave a stop, or does not reach the element.
 */
export async function tabTo(page: Page, element: Locator): Promise<void> {
  await expect(element).toBeEnabled()
  const stops: string[] = []
  while (stops.length < mostStops) {
    await page.keyboard.press('Tab')
    const stop = await expectStop(page)
    if (await element.evaluate((found) => found === document.activeElement)) return
    expect(stop, 'Tab does not leave this element').not.toBe(stops.at(-1))
    stops.push(stop)
  }
  throw new Error(`Tab does not reach ${element}. It stops at:\n${stops.join('\n')}`)
}

/** The element with the focus, as a screen reader tells it. The end of the page is a stop of its own: there, the browser has the focus. */
async function expectStop(page: Page): Promise<string> {
  const stop = await page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement) || element === document.body) return undefined
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    const labels = 'labels' in element ? [...((element.labels as NodeListOf<HTMLElement> | null) ?? [])] : []
    const texts = [element.getAttribute('aria-label'), ...labels.map((label) => label.textContent), element.textContent]
    const { x, y, width, height } = element.getBoundingClientRect()
    // On a phone, the bar with the links to the pages covers the end of the window.
    const bar = document.querySelector('nav')
    const isCovered = bar && getComputedStyle(bar).position === 'fixed' && !bar.contains(element)
    const bottom = isCovered ? bar.getBoundingClientRect().top : innerHeight
    // The place is a part of the stop, because two buttons can have the same name.
    const place = `${Math.round(x + scrollX)},${Math.round(y + scrollY)}`
    return {
      name: texts.find((text) => text?.trim())?.trim(),
      html: `${(element.cloneNode() as HTMLElement).outerHTML} at ${place}`,
      hasOutline: element.matches(':focus-visible') && outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
      isInWindow: x < innerWidth && x + width > 0 && y + height > 0 && y + Math.min(height, 20) <= bottom,
    }
  })
  if (!stop) return 'the end of the page'
  const { html, ...facts } = stop
  expect(facts, html).toEqual({ name: expect.any(String), hasOutline: true, isInWindow: true })
  // Controls that appear with the focus can need a moment.
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.checkVisibility({ opacityProperty: true })), html)
    .toBe(true)
  return html
}

/** Presses Tab until the element has the focus, and then Enter. */
export async function pressEnterOn(page: Page, element: Locator): Promise<void> {
  await tabTo(page, element)
  await page.keyboard.press('Enter')
}

/** Chooses a radio button: Tab goes to the checked one of the group, and the arrows go to the others. */
export async function chooseRadio(page: Page, group: string, name: string): Promise<void> {
  const radios = page.getByRole('radiogroup', { name: group })
  await tabTo(page, radios.getByRole('radio', { checked: true }))
  const wanted = radios.getByRole('radio', { name })
  const most = await radios.getByRole('radio').count()
  for (let pressed = 0; pressed < most && !(await wanted.isChecked()); pressed++)
    await page.keyboard.press('ArrowRight')
  await expect(wanted).toBeChecked()
  await expect(wanted).toBeFocused()
}
