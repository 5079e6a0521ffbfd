import { useEffect } from 'react'
import { focusHeading } from './focusHeading'

/** A dialog returns the focus itself (`useOpener`). */
const dialog = '[role=dialog], [role=alertdialog]'

/**
 * If the page removes the element with the focus, for example the button that a person has pressed, moves the focus to the heading of what is
 * there instead. The browser would move it to the start of the page, and a screen reader would say nothing.
 */
export function useKeptFocus() {
  useEffect(() => {
    /** The element that had the focus last, and all elements around it. */
    let around: Element[] = []
    const note = ({ target }: FocusEvent) => {
      around = []
      for (let element = target as Element | null; element; element = element.parentElement) around.push(element)
    }
    const observer = new MutationObserver(() => {
      const [last] = around
      if (!last || last.isConnected || document.activeElement !== document.body) return
      const isDialogClosed = around.some((element) => element.matches(dialog) && !element.isConnected)
      const place = around.find((element) => element.isConnected)
      around = []
      if (!isDialogClosed) focusHeading(place?.querySelector<HTMLElement>('h1, h2, h3'))
    })
    document.addEventListener('focusin', note)
    observer.observe(document.body, { childList: true, subtree: true })
    return () => {
      document.removeEventListener('focusin', note)
      observer.disconnect()
    }
  }, [])
}
