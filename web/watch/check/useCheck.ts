import { useCallback, useEffect, useState } from 'react'
import type { CheckState } from './CheckState'
import { check } from './check'
import type { SegmentToCheck } from './SegmentToCheck'

/** Starts a check when the component mounts, and checks a new segment after `onAgain`. The check stops when the component unmounts. */
export function useCheck(segmentToCheck: () => SegmentToCheck | undefined): {
  state: CheckState | undefined
  onAgain(): void
} {
  const [state, setState] = useState<CheckState>()
  const [segment, setSegment] = useState(segmentToCheck)
  useEffect(() => {
    if (!segment) return
    const closing = new AbortController()
    const { signal } = closing
    const onStep = (step: (CheckState & { name: 'working' })['step']) =>
      signal.aborted || setState({ name: 'working', segment, step })
    // `check` rejects only after the abort.
    check(segment, { signal, onStep }).then(setState, () => undefined)
    return () => closing.abort(new DOMException('The check was closed.', 'AbortError'))
  }, [segment])
  const onAgain = useCallback(() => setSegment(segmentToCheck), [segmentToCheck])
  return { state, onAgain }
}
