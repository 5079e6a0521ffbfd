import Check from 'lucide-react/icons/check'
import ChevronDown from 'lucide-react/icons/chevron-down'
import { Select as Radix } from 'radix-ui'
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

export function Select({ label, icon, options, value, placeholder, onChange, disabled = false }: SelectProps) {
  return (
    <Radix.Root value={value ?? ''} onValueChange={onChange} disabled={disabled || options.length === 0}>
      <Radix.Trigger
        aria-label={label}
        className="flex h-11 w-full min-w-0 items-center gap-2.5 rounded-xl border border-line-strong bg-surface px-3 text-left text-sm transition-colors hover:bg-inset disabled:opacity-60"
      >
        {icon}
        <span className="min-w-0 grow truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <Radix.Icon>
          <ChevronDown className="size-4 text-ink-soft" aria-hidden="true" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={6}
          className="z-50 max-h-72 w-(--radix-select-trigger-width) animate-rise overflow-hidden rounded-xl border border-line bg-surface p-1 shadow-card"
        >
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                className="flex cursor-pointer items-center gap-2 rounded-lg px-2.5 py-2 text-sm outline-none data-[highlighted]:bg-inset"
              >
                <span className="min-w-0 grow truncate">
                  <Radix.ItemText>{option.label}</Radix.ItemText>
                </span>
                <Radix.ItemIndicator>
                  <Check className="size-4 text-accent" aria-hidden="true" />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
