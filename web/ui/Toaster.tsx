import X from 'lucide-react/icons/x'
import { IconButton } from './IconButton'
import { dismiss, hold, release, useToasts } from './toast'

/** Shows the short messages of `toast` at the bottom of the page. A screen reader reads them aloud. */
export function Toaster() {
  const toasts = useToasts()
  return (
    <div
      role="status"
      // An open dialog hides everything else from a screen reader, except elements with this attribute.
      aria-live="polite"
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocus={hold}
      onBlur={release}
      className="pointer-events-none fixed inset-x-4 bottom-[calc(var(--bar)+1rem)] z-50 mx-auto flex max-w-sm flex-col gap-2 text-sm sm:bottom-4"
    >
      {toasts.map(({ id, isGood, text, nextStep }) => (
        <div
          key={id}
          data-toast={isGood ? 'good' : 'bad'}
          className="pointer-events-auto flex animate-rise items-start gap-2 rounded-xl border border-line bg-surface py-2 pr-2 pl-4 text-ink shadow-card"
        >
          <div className="grow py-1.5">
            <p className={`font-medium ${isGood ? '' : 'text-live'}`}>{text}</p>
            {nextStep && <p className="mt-0.5 text-ink-soft">{nextStep}</p>}
          </div>
          <IconButton label="Close the message" className="-my-0.5" onClick={() => dismiss(id)}>
            <X className="size-4" aria-hidden="true" />
          </IconButton>
        </div>
      ))}
    </div>
  )
}
