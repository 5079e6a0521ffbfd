import { AlertDialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from './Button'
import { useOpener } from './useOpener'

export type ConfirmationProps = {
  question: string
  consequence: string
  confirmLabel: string
  cancelLabel: string
  onConfirm(): void
  /** The confirmed action is not complete yet, so the person can neither confirm nor cancel it. */
  busy?: boolean
}

export type ConfirmDialogProps = ConfirmationProps & {
  /** The button that opens the dialog. */
  trigger: ReactNode
}

/** Asks the person to confirm an action that cannot be undone. */
export function ConfirmDialog({ trigger, ...confirmation }: ConfirmDialogProps) {
  const opener = useOpener()
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger asChild>{trigger}</AlertDialog.Trigger>
      <Confirmation {...opener} {...confirmation} />
    </AlertDialog.Root>
  )
}

/** The content of an `AlertDialog.Root`. The other properties are those of `AlertDialog.Content`. */
export function Confirmation({
  question,
  consequence,
  confirmLabel,
  cancelLabel,
  onConfirm,
  busy = false,
  ...content
}: ConfirmationProps & AlertDialog.AlertDialogContentProps) {
  return (
    <AlertDialog.Portal>
      <AlertDialog.Overlay className="fixed inset-0 z-40 bg-black/60" />
      <AlertDialog.Content
        {...content}
        className="fixed inset-x-4 top-1/2 z-50 mx-auto max-w-sm -translate-y-1/2 rounded-2xl border border-line bg-surface p-6 shadow-card"
      >
        <AlertDialog.Title className="font-semibold text-lg">{question}</AlertDialog.Title>
        <AlertDialog.Description className="mt-2 text-ink-soft text-sm">{consequence}</AlertDialog.Description>
        <div className="mt-6 grid grid-cols-2 gap-3">
          <AlertDialog.Cancel asChild>
            <Button look="outline" disabled={busy}>
              {cancelLabel}
            </Button>
          </AlertDialog.Cancel>
          <AlertDialog.Action asChild>
            <Button look="live" busy={busy} onClick={onConfirm}>
              {confirmLabel}
            </Button>
          </AlertDialog.Action>
        </div>
      </AlertDialog.Content>
    </AlertDialog.Portal>
  )
}
