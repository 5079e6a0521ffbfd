import X from 'lucide-react/icons/x'
import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { IconButton } from '../ui/IconButton'
import { useOpener } from '../ui/useOpener'

export type ActionDialogProps = {
  title: string
  isOpen: boolean
  /** Whether a transaction is in progress. If so, a click outside the dialog and the Escape key do not close the dialog. */
  isBusy: boolean
  onClose(): void
  /** The review, or a step before the review. */
  children: ReactNode
}

/** The dialog that opens after a click on a button, before the wallet asks for confirmation. */
export function ActionDialog({ title, isOpen, isBusy, onClose, children }: ActionDialogProps) {
  const opener = useOpener()
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/60" />
        <Dialog.Content
          aria-describedby={undefined}
          {...opener}
          onInteractOutside={(event) => isBusy && event.preventDefault()}
          onEscapeKeyDown={(event) => isBusy && event.preventDefault()}
          className="fixed inset-x-4 top-1/2 z-50 mx-auto max-h-[calc(100dvh-2rem)] max-w-md -translate-y-1/2 overflow-y-auto rounded-2xl border border-line bg-surface p-6 shadow-card"
        >
          <Dialog.Title className="mb-4 pr-10 font-semibold text-lg">{title}</Dialog.Title>
          {children}
          {/* The close button is the last element, because the first field must get the focus when the dialog opens. */}
          <Dialog.Close asChild>
            <IconButton label="Close" className="absolute top-4 right-4">
              <X className="size-5" aria-hidden="true" />
            </IconButton>
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
