const loading = '[data-loading]'

/** Moves the focus to this heading, or to the main heading of the page. Returns false while the page is loading. */
export function focusHeading(wanted?: HTMLElement | null): boolean {
  const heading =
    wanted && !wanted.matches(loading) ? wanted : document.querySelector<HTMLElement>(`main h1:not(${loading})`)
  if (!heading) return false
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
  return true
}
