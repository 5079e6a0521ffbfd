import { type PointerEvent, useEffect, useRef, useState } from 'react'

/** The controls stay for this time after a tap. */
const shownMs = 4_000

/**
 * Taps on the player. A finger cannot hover over the picture, so the first tap only shows the controls. `areControlsShown`: whether the
 * controls are visible without a tap.
 */
export function useTouch(areControlsShown: boolean): {
  /** Whether a tap has shown the controls. */
  isShown: boolean
  /** For `onPointerDownCapture` of the player. */
  onPointer(event: PointerEvent): void
  /** Whether the last tap only shows the controls. */
  isFirstTap(): boolean
} {
  const [isShown, setIsShown] = useState(false)
  const isFirst = useRef(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return {
    isShown,
    onPointer: ({ pointerType }) => {
      isFirst.current = pointerType === 'touch' && !isShown && !areControlsShown
      if (pointerType !== 'touch') return
      setIsShown(true)
      clearTimeout(timer.current)
      timer.current = setTimeout(() => setIsShown(false), shownMs)
    },
    isFirstTap: () => isFirst.current,
  }
}
