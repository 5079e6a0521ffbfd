import { StatusBadge } from '../ui/StatusBadge'
import type { Standing } from './Transcoder'

const standings = {
  active: { tone: 'good', text: 'Active' },
  next: { tone: 'neutral', text: 'Active from the next round' },
  guest: { tone: 'good', text: 'Active this round' },
  waiting: { tone: 'neutral', text: 'Waiting for a seat' },
} as const

export function StandingBadge({ standing }: { standing: Standing }) {
  const { tone, text } = standings[standing]
  return <StatusBadge tone={tone}>{text}</StatusBadge>
}
