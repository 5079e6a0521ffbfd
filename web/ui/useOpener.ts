import { useRef } from 'react'
import { focusHeading } from './focusHeading'

/**
 * Handlers for the content of a dialog that has no trigger of Radix: after the dialog, the focus returns to the element that opened the
 * dialog. If this element no longer exists, the main heading gets the focus.
 */
export function useOpener() {
  const opener = useRef<Element>(null)
  return {
    onOpenAutoFocus() {
      opener.current = document.activeElement
    },
    onCloseAutoFocus(event: Event) {
      event.preventDefault()
      if (opener.current?.isConnected) (opener.current as HTMLElement).focus()
      else focusHeading()
    },
  }
}
