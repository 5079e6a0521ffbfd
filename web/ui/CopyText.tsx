import Check from 'lucide-react/icons/check'
import Copy from 'lucide-react/icons/copy'
import { useCopy } from './useCopy'

export type CopyTextProps = {
  /** The kind of text, for the name of the button, which begins with the visible text: "transcoder address". */
  label: string
  /** The text to copy. */
  text: string
  /** The text to show. */
  short: string
}

/** The short form of a long text. A click copies the long text. */
export function CopyText({ label, text, short }: CopyTextProps) {
  const { copied, copy } = useCopy(text)
  const Icon = copied ? Check : Copy
  return (
    <button
      type="button"
      onClick={copy}
      title={text}
      aria-label={`${short}, ${copied ? 'copied' : `copy ${label}`}`}
      className="-mx-1.5 inline-flex items-center gap-1.5 rounded-md px-1.5 py-0.5 font-mono text-sm hover:bg-inset"
    >
      {short}
      <Icon className={`size-3.5 ${copied ? 'text-accent' : 'text-ink-soft'}`} aria-hidden="true" />
    </button>
  )
}
