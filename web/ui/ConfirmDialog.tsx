import { AlertDialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from './Button'

export type ConfirmDialogProps = {
  /** The button that opens the dialog. */
  trigger: ReactNode
  question: string
  consequence: string
  confirmLabel: string
  cancelLabel: string
  onConfirm(): void
}

/** Asks the person to confirm an action that cannot be undone. */
export function ConfirmDialog({
  trigger,
  question,
  consequence,
  confirmLabel,
  cancelLabel,
  onConfirm,
}: ConfirmDialogProps) {
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger asChild>{trigger}</AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-40 bg-black/60" />
        <AlertDialog.Content className="fixed inset-x-4 top-1/2 z-50 mx-auto max-w-sm -translate-y-1/2 rounded-2xl border border-line bg-surface p-6 shadow-card">
          <AlertDialog.Title className="font-semibold text-lg">{question}</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-ink-soft text-sm">{consequence}</AlertDialog.Description>
          <div className="mt-6 grid grid-cols-2 gap-3">
            <AlertDialog.Cancel asChild>
              <Button look="outline">{cancelLabel}</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button look="live" onClick={onConfirm}>
                {confirmLabel}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
