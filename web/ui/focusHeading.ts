/** Moves the focus to the main heading of the page. Returns false while the page is loading. */
export function focusHeading(): boolean {
  const heading = document.querySelector<HTMLElement>('main h1:not([data-loading])')
  if (!heading) return false
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
  return true
}
