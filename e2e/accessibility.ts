import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** Each rule runs at both widths and in both themes. The themes differ only in their colours, so the other two pairs would find the same faults. */
const looks = [
  { colorScheme: 'light', viewport: { width: 390, height: 844 } },
  { colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
] as const

const options = {
  // A person says the visible text to voice control, so the name of a control must contain this text. By default, axe does not check this.
  rules: { 'label-content-name-mismatch': { enabled: true } },
  // Without these settings, axe also reports the elements without a fault, and loads the style sheets again.
  resultTypes: ['violations' as const],
  preload: false,
}

/** Expects that axe finds no fault of the page as it is now: on a phone in the light theme, and on a desktop in the dark theme. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const { colorScheme, viewport } of looks) {
    await page.setViewportSize(viewport)
    // Without motion, the colours change almost at once. On a busy machine, axe could still see a colour of the other theme.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.evaluate(() => {
      document.body.getBoundingClientRect()
      const transitions = document.getAnimations().filter((animation) => animation instanceof CSSTransition)
      return Promise.allSettled(transitions.map(({ finished }) => finished)).then(() => undefined)
    })
    const isLoaded = await page.evaluate(() => 'axe' in window)
    const axe = new AxeBuilder({ page, ...(isLoaded && { axeSource: '0' }) })
    // In the legacy mode, axe needs no second page. Only a page with frames of other sites needs the other mode.
    const { violations } = await axe.setLegacyMode().options(options).analyze()
    const faults = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => ({ id, html, failureSummary })),
    )
    expect(faults, `${viewport.width} pixels, ${colorScheme}`).toEqual([])
  }
}
