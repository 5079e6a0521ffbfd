import { useEffect, useMemo } from 'react'
import { type LeaveQuestion, useLeaveQuestion } from '../ui/leaving'
import type { BroadcastState } from './BroadcastState'
import type { Session } from './Session'

/**
 * This page sends the stream. So while a stream starts or is live, asks the person before another page of the app replaces this page. While
 * the stream is live, also asks before the browser closes or reloads the tab. If the person confirms the change to another page of the app,
 * the stream ends. If the tab is closed or reloaded, the page does not end the stream, and viewers read that the stream is interrupted.
 */
export function useLeaveGuard(session: Pick<Session, 'stop' | 'cancel'> | undefined, state: BroadcastState): void {
  const { name } = state
  const isResuming = state.name === 'starting' && state.isResuming === true
  const ask = useMemo(() => session && questionOf(session, { name, isResuming }), [session, name, isResuming])
  useLeaveQuestion(ask)
  const isLive = session !== undefined && name === 'live'
  useEffect(() => {
    if (!isLive) return
    const prevent = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', prevent)
    return () => window.removeEventListener('beforeunload', prevent)
  }, [isLive])
}

function questionOf(
  session: Pick<Session, 'stop' | 'cancel'>,
  { name, isResuming }: { name: BroadcastState['name']; isResuming: boolean },
): LeaveQuestion | undefined {
  if (name === 'live')
    return {
      question: 'Stop the broadcast?',
      consequence: 'This page sends the stream. If you leave the page, the stream ends for all viewers.',
      ...{ confirmLabel: 'Stop and leave', cancelLabel: 'Stay' },
      onLeave: () => session.stop(),
    }
  if (name === 'starting')
    return {
      question: 'Cancel the start?',
      consequence: isResuming
        ? 'If you leave the page, the broadcast stays interrupted until you open this page again.'
        : 'If you leave the page, the broadcast does not start.',
      ...{ confirmLabel: 'Cancel and leave', cancelLabel: 'Stay' },
      onLeave: async () => session.cancel(),
    }
  return undefined
}
