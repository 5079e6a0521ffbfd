import { Tooltip as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

/** Shows the name of a control that has only an icon. The control also needs an aria-label. */
export function Tooltip({ text, children }: { text: string; children: ReactNode }) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          sideOffset={8}
          className="z-50 animate-rise rounded-lg bg-ink px-2.5 py-1.5 font-medium text-[13px] text-canvas"
        >
          {text}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
