import { Switch as Radix } from 'radix-ui'
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
      <Radix.Root
        id={id}
        aria-describedby={`${id}-text`}
        checked={isOn}
        onCheckedChange={onChange}
        disabled={disabled}
        className="relative h-6 w-10 shrink-0 rounded-full bg-line-strong transition-colors disabled:opacity-50 data-[state=checked]:bg-accent"
      >
        <Radix.Thumb className="block size-5 translate-x-0.5 rounded-full bg-surface transition-transform data-[state=checked]:translate-x-[1.125rem]" />
      </Radix.Root>
    </div>
  )
}
