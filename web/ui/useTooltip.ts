import { type FocusEvent, type KeyboardEvent, type PointerEvent, useCallback, useEffect, useRef, useState } from 'react'

const delayMs = 400
const gapPx = 8

/** `isShown` while the pointer or the focus of the keyboard is on the control. `content` is the ref of the element with the text. */
export function useTooltip() {
  const [control, setControl] = useState<Element>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const hide = useCallback(() => {
    clearTimeout(timer.current)
    setControl(undefined)
  }, [])
  useEffect(() => hide, [hide])
  useEffect(() => {
    if (!control) return
    // The text would stay in its place while the control moves.
    addEventListener('scroll', hide, { capture: true, passive: true })
    return () => removeEventListener('scroll', hide, { capture: true })
  }, [control, hide])

  const show = (frame: Element, afterMs: number) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setControl(frame.firstElementChild ?? undefined), afterMs)
  }
  const content = useCallback(
    (element: HTMLElement | null) => {
      if (element && control) place(element, control.getBoundingClientRect())
    },
    [control],
  )
  const handlers = {
    onPointerEnter: (event: PointerEvent) => event.pointerType !== 'touch' && show(event.currentTarget, delayMs),
    onPointerLeave: hide,
    onPointerDown: hide,
    onFocus: (event: FocusEvent) => event.target.matches(':focus-visible') && show(event.currentTarget, 0),
    onBlur: hide,
    onKeyDown: (event: KeyboardEvent) => event.key === 'Escape' && hide(),
  }
  return { isShown: control !== undefined, content, handlers }
}

/** Above the control, or below it where no space is above. The whole text stays in the window. */
function place(element: HTMLElement, control: DOMRect) {
  // A browser without popovers shows the element without this call.
  element.showPopover?.()
  const { offsetWidth, offsetHeight } = element
  const middle = control.left + control.width / 2 - offsetWidth / 2
  const left = Math.max(gapPx, Math.min(middle, innerWidth - offsetWidth - gapPx))
  const above = control.top - gapPx - offsetHeight
  Object.assign(element.style, { left: `${left}px`, top: `${above < 0 ? control.bottom + gapPx : above}px` })
}
