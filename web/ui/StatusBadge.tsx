import type { ComponentProps, ReactNode } from 'react'

const tones = {
  neutral: 'bg-inset text-ink-soft',
  good: 'bg-accent-soft text-accent',
  warn: 'bg-warn-soft text-warn',
  live: 'bg-live-fill text-white',
  bad: 'bg-live-soft text-live',
}

export type StatusBadgeProps = ComponentProps<'span'> & {
  tone: keyof typeof tones
  /**
   * The dot pulses, which shows that work is in progress. A state that lasts must not pulse, because the browser then draws the page 60 times
   * a second.
   */
  pulsing?: boolean
  children: ReactNode
}

export function StatusBadge({ tone, pulsing = false, className = '', children, ...rest }: StatusBadgeProps) {
  return (
    <span
      className={`inline-flex h-7 shrink-0 items-center gap-1.5 rounded-full px-2.5 font-medium text-[13px] tabular-nums ${tones[tone]} ${className}`}
      {...rest}
    >
      <span aria-hidden="true" className={`size-2 rounded-full bg-current ${pulsing ? 'animate-pulse' : ''}`} />
      {children}
    </span>
  )
}
