import { type ReactNode, useId } from 'react'

export type SwitchProps = {
  label: string
  /** What the switch does. Shown below the label. */
  text: ReactNode
  isOn: boolean
  onChange(isOn: boolean): void
  disabled?: boolean
}

/** A setting that is on or off. It takes effect immediately. */
export function Switch({ label, text, isOn, onChange, disabled = false }: SwitchProps) {
  const id = useId()
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="min-w-0">
        <label htmlFor={id} className="font-medium text-sm">
          {label}
        </label>
        <p id={`${id}-text`} className="mt-0.5 max-w-prose text-pretty text-[13px] text-ink-soft leading-relaxed">
          {text}
        </p>
      </div>
      {/* `before` is the area that a finger can tap, and `after` is the knob. */}
      <input
        type="checkbox"
        role="switch"
        id={id}
        aria-describedby={`${id}-text`}
        checked={isOn}
        aria-checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
        disabled={disabled}
        className="relative h-6 w-10 shrink-0 cursor-pointer appearance-none rounded-full bg-line-strong transition-colors before:absolute before:-inset-2.5 after:absolute after:top-0.5 after:left-0.5 after:size-5 after:rounded-full after:bg-surface after:transition-transform checked:bg-accent checked:after:translate-x-4 disabled:cursor-not-allowed disabled:opacity-50"
      />
    </div>
  )
}
