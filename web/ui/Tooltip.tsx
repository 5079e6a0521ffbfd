import type { ReactNode } from 'react'
import { useTooltip } from './useTooltip'

/**
 * Shows the name of a control that has only an icon. The control also needs an aria-label. The text is a popover, so it is above all other
 * elements, also in fullscreen and in a dialog.
 */
export function Tooltip({ text, children }: { text: string; children: ReactNode }) {
  const { isShown, content, handlers } = useTooltip()
  return (
    <span className="contents" {...handlers}>
      {children}
      {isShown && (
        <span
          ref={content}
          popover="manual"
          aria-hidden="true"
          className="pointer-events-none fixed inset-auto z-50 m-0 animate-rise rounded-lg border-0 bg-ink px-2.5 py-1.5 font-medium text-[13px] text-canvas"
        >
          {text}
        </span>
      )}
    </span>
  )
}
