import { useCallback, useEffect, useState } from 'react'
import type { CheckState } from './CheckState'
import { check } from './check'
import type { Pick } from './Pick'

/** Checks what `pick` names, at once and again on `onAgain`; ends with the component. */
export function useCheck(pick: () => Pick | undefined): { state: CheckState | undefined; onAgain(): void } {
  const [state, setState] = useState<CheckState>()
  const [picked, setPicked] = useState(pick)
  useEffect(() => {
    if (!picked) return
    const closing = new AbortController()
    const { signal } = closing
    const onStep = (step: (CheckState & { name: 'working' })['step']) =>
      signal.aborted || setState({ name: 'working', pick: picked, step })
    check(picked, { signal, onStep }).then(setState, () => undefined)
    return () => closing.abort(new DOMException('The check was closed.', 'AbortError'))
  }, [picked])
  const onAgain = useCallback(() => setPicked(pick), [pick])
  return { state, onAgain }
}
