import { type ReactNode, useId } from 'react'

export type SegmentedProps<Value extends string> = {
  label: string
  options: readonly { value: Value; label: ReactNode }[]
  value: Value
  onChange(value: Value): void
  disabled?: boolean
}

/** A choice of one option. All options are visible. The browser's own radio buttons have the keys that people know. */
export function Segmented<Value extends string>({
  label,
  options,
  value,
  onChange,
  disabled = false,
}: SegmentedProps<Value>) {
  const name = useId()
  return (
    <div role="radiogroup" aria-label={label} className="grid auto-cols-fr grid-flow-col gap-1 rounded-xl bg-inset p-1">
      {options.map((option) => (
        <label
          key={option.value}
          className="relative flex h-9 cursor-pointer pointer-coarse:h-11 items-center justify-center px-3 font-medium text-ink-soft text-sm transition-colors hover:text-ink has-disabled:cursor-not-allowed has-checked:text-ink has-disabled:opacity-60"
        >
          {/* The radio button itself is the area behind the text. */}
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            disabled={disabled}
            className="absolute inset-0 cursor-[inherit] appearance-none rounded-lg transition-colors checked:bg-raised checked:shadow-sm"
          />
          <span className="pointer-events-none relative flex items-center gap-2">{option.label}</span>
        </label>
      ))}
    </div>
  )
}
