import type { ReactNode } from 'react'

export type StatProps = { name: string; unit?: string; hint?: ReactNode; children: ReactNode }

/** One value with its name. Use this component inside a `<dl>`. */
export function Stat({ name, unit, hint, children }: StatProps) {
  return (
    <div className="min-w-0">
      <dt className="text-[13px] text-ink-soft">{name}</dt>
      <dd className="mt-0.5 font-semibold text-lg tabular-nums">
        {children}
        {unit !== undefined && <span className="ml-1 font-normal text-[13px] text-ink-soft">{unit}</span>}
      </dd>
      {hint !== undefined && <dd className="mt-0.5 text-[13px] text-ink-soft tabular-nums">{hint}</dd>}
    </div>
  )
}
