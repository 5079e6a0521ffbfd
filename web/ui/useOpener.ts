import { useRef } from 'react'
import { focusHeading } from './focusHeading'

/**
 * Handlers for the content of a dialog: after the dialog, the focus returns to the element that opened the dialog. If this element no longer
 * exists, for example because the confirmed action has replaced it, the main heading gets the focus.
 */
export function useOpener() {
  const opener = useRef<Element>(null)
  return {
    onOpenAutoFocus() {
      opener.current = document.activeElement
    },
    onCloseAutoFocus(event: Event) {
      event.preventDefault()
      // Safari gives a clicked button no focus, and then the body has the focus.
      const hasOpener = opener.current?.isConnected && opener.current !== document.body
      if (hasOpener) (opener.current as HTMLElement).focus()
      else focusHeading()
    },
  }
}
