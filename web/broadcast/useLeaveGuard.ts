import { useEffect, useMemo } from 'react'
import { type LeaveQuestion, useLeaveQuestion } from '../ui/leaving'
import type { BroadcastState } from './BroadcastState'
import type { Session } from './Session'

/**
 * Asks the person before another page of the app replaces this page, and before the browser closes or reloads the tab, because the stream is
 * sent by this page. A link of the app stops the stream. Closing the tab does not: only the person ends a stream, so the viewers then read
 * that it is interrupted.
 */
export function useLeaveGuard(session: Pick<Session, 'stop' | 'cancel'> | undefined, { name }: BroadcastState): void {
  const ask = useMemo(() => session && questionOf(session, name), [session, name])
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
  name: BroadcastState['name'],
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
      consequence: 'If you leave the page, the broadcast does not start.',
      ...{ confirmLabel: 'Cancel and leave', cancelLabel: 'Stay' },
      onLeave: async () => session.cancel(),
    }
  return undefined
}
