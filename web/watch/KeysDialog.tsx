import X from 'lucide-react/icons/x'
import { Dialog } from 'radix-ui'
import { IconButton } from '../ui/IconButton'
import { useOpener } from '../ui/useOpener'
import { keys } from './useKeys'

/** Lists the keys of the watch page. The default export is for React.lazy. `container`: in fullscreen, a dialog outside this element is not visible. */
export default function KeysDialog({
  canSeek,
  container,
  onClose,
}: {
  canSeek: boolean
  container: HTMLElement | null
  onClose(): void
}) {
  const opener = useOpener()
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal container={container}>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/60" />
        <Dialog.Content
          aria-describedby={undefined}
          {...opener}
          className="fixed inset-x-4 top-1/2 z-50 mx-auto max-h-[calc(100dvh-2rem)] max-w-sm -translate-y-1/2 overflow-y-auto rounded-2xl border border-line bg-surface p-6 text-ink shadow-card"
        >
          <header className="mb-4 flex items-start justify-between gap-3">
            <Dialog.Title className="font-semibold text-lg">Keys</Dialog.Title>
            <Dialog.Close asChild>
              <IconButton label="Close" className="-mt-2 -mr-2">
                <X className="size-5" aria-hidden="true" />
              </IconButton>
            </Dialog.Close>
          </header>
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2 text-sm">
            {keys
              .filter(({ seeks }) => canSeek || !seeks)
              .map(({ key, action }) => (
                <div key={key} className="contents">
                  <dt className="font-medium">{key}</dt>
                  <dd className="text-ink-soft">{action}</dd>
                </div>
              ))}
          </dl>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
