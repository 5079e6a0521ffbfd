import Info from 'lucide-react/icons/info'
import TriangleAlert from 'lucide-react/icons/triangle-alert'
import type { ReactNode } from 'react'
import type { Problem } from './Problem'

const tones = {
  info: 'bg-inset text-ink',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-live-soft text-live',
}

export type NoticeProps = {
  tone?: keyof typeof tones
  problem: Problem
  /** A button for the next step. */
  action?: ReactNode
  className?: string
}

export function Notice({ tone = 'warn', problem, action, className = '' }: NoticeProps) {
  const Icon = tone === 'info' ? Info : TriangleAlert
  return (
    <div
      role={tone === 'info' ? 'status' : 'alert'}
      className={`flex gap-3 rounded-xl p-4 text-sm ${tones[tone]} ${className}`}
    >
      <Icon className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
      <div className="min-w-0 grow">
        <p className="font-semibold">{problem.sentence}</p>
        <p className="mt-1 break-words text-ink">{problem.nextStep}</p>
        {action !== undefined && <div className="mt-3 flex flex-wrap gap-2">{action}</div>}
      </div>
    </div>
  )
}
