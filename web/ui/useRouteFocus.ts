import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { focusHeading } from './focusHeading'

/** The address of the page that was shown last. Undefined before the first page: on that page, the browser itself places the focus. */
let shown: string | undefined

/**
 * When another page is shown, moves the focus to its main heading: the link that had the focus no longer exists, and a screen reader would
 * say nothing. While the code of a page is loading, the focus does not move: the layout of the loaded page moves it.
 */
export function useRouteFocus() {
  const [location] = useLocation()
  useEffect(() => {
    if (location === shown) return
    if (shown !== undefined) {
      if (!focusHeading()) return
      scrollTo(0, 0)
    }
    shown = location
  }, [location])
}
