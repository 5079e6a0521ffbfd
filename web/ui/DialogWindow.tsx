import X from 'lucide-react/icons/x'
import { Dialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { IconButton } from './IconButton'
import { useOpener } from './useOpener'

export type DialogWindowProps = {
  title: string
  isOpen: boolean
  /** While this is true, a click outside the dialog and the Escape key do not close the dialog. */
  isBusy?: boolean
  onClose(): void
  children: ReactNode
}

/** A dialog with a title and a close button. */
export function DialogWindow({ title, isOpen, isBusy = false, onClose, children }: DialogWindowProps) {
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
