import ChevronDown from 'lucide-react/icons/chevron-down'
import type { ReactNode } from 'react'

export type SelectProps = {
  label: string
  icon?: ReactNode
  options: readonly { value: string; label: string }[]
  value: string | undefined
  placeholder: string
  onChange(value: string): void
  disabled?: boolean
}

/** A menu of the browser itself: it needs no code, and looks on each device as people know it. */
export function Select({ label, icon, options, value, placeholder, onChange, disabled = false }: SelectProps) {
  const isChosen = options.some((option) => option.value === value)
  return (
    <span className="relative flex min-w-0 items-center">
      {icon && <span className="pointer-events-none absolute left-3">{icon}</span>}
      <select
        aria-label={label}
        value={isChosen ? value : ''}
        onChange={(event) => onChange(event.target.value)}
        disabled={disabled || options.length === 0}
        className={`h-11 w-full min-w-0 appearance-none truncate rounded-xl border border-line-strong bg-surface pr-9 text-sm transition-colors hover:bg-inset disabled:opacity-60 ${icon ? 'pl-9.5' : 'pl-3'}`}
      >
        {!isChosen && (
          <option value="" disabled>
            {placeholder}
          </option>
        )}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown className="pointer-events-none absolute right-3 size-4 text-ink-soft" aria-hidden="true" />
    </span>
  )
}
