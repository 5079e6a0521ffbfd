import type { ComponentProps, ReactNode } from 'react'

export type CardProps = ComponentProps<'section'> & { heading?: ReactNode; aside?: ReactNode }

export function Card({ heading, aside, className = '', children, ...rest }: CardProps) {
  return (
    <section className={`rounded-2xl border border-line bg-surface p-5 shadow-card ${className}`} {...rest}>
      {heading !== undefined && (
        <header className="mb-4 flex min-h-7 items-center justify-between gap-3">
          <h2 className="font-semibold text-base">{heading}</h2>
          {aside}
        </header>
      )}
      {children}
    </section>
  )
}
