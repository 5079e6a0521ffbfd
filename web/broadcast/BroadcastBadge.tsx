import { formatDuration } from '../ui/format'
import { StatusBadge, type StatusBadgeProps } from '../ui/StatusBadge'
import type { BroadcastState } from './BroadcastState'

const looks: Record<BroadcastState['name'], { tone: StatusBadgeProps['tone']; pulsing: boolean; text: string }> = {
  idle: { tone: 'neutral', pulsing: false, text: 'Preview' },
  elsewhere: { tone: 'neutral', pulsing: false, text: 'Live elsewhere' },
  interrupted: { tone: 'warn', pulsing: false, text: 'Interrupted' },
  starting: { tone: 'warn', pulsing: true, text: 'Starting' },
  live: { tone: 'live', pulsing: false, text: 'Live' },
  settling: { tone: 'neutral', pulsing: true, text: 'Settling' },
  settled: { tone: 'neutral', pulsing: false, text: 'Settled' },
  failed: { tone: 'bad', pulsing: false, text: 'Not on air' },
}

/** The state of the broadcast, in at most three words. Tests and scripts read `data-state`. */
export function BroadcastBadge({ state }: { state: BroadcastState }) {
  const { tone, pulsing, text } = looks[state.name]
  return (
    <StatusBadge tone={tone} pulsing={pulsing} role="status" data-testid="broadcast-state" data-state={state.name}>
      {text}
      {/* The clock is hidden from screen readers, because it changes each second. */}
      {state.name === 'live' && <span aria-hidden="true">{formatDuration(state.figures.elapsedMs)}</span>}
    </StatusBadge>
  )
}
