import { useEffect } from 'react'
import { focusHeading } from './focusHeading'

/** A dialog returns the focus itself (`useOpener`). */
const dialog = '[role=dialog], [role=alertdialog]'

/**
 * A page can remove the element that has the focus, for example a button that a person has pressed. Then this hook moves the focus to the
 * heading of the new content. Without the hook, the browser would move the focus to the start of the page, and a screen reader would say nothing.
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
