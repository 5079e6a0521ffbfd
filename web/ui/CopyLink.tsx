import Check from 'lucide-react/icons/check'
import Copy from 'lucide-react/icons/copy'
import { Button } from './Button'
import { useCopy } from './useCopy'

export type CopyLinkProps = { label: string; link: string; testId?: string }

/** A link that opens in a new tab, with a button that copies it. */
export function CopyLink({ label, link, testId }: CopyLinkProps) {
  const { copied, copy } = useCopy(link)
  return (
    <div className="flex gap-2">
      <a
        href={link}
        target="_blank"
        rel="noreferrer"
        aria-label={`${link}, ${label}`}
        data-testid={testId}
        className="h-11 min-w-0 grow truncate rounded-xl border border-line-strong bg-inset px-3 font-mono text-[13px] leading-[2.625rem] hover:underline"
      >
        {link}
      </a>
      <Button look="outline" aria-label={`${copied ? 'Copied' : 'Copy'}: ${label}`} onClick={copy}>
        {copied ? (
          <Check className="size-4 text-accent" aria-hidden="true" />
        ) : (
          <Copy className="size-4" aria-hidden="true" />
        )}
        {copied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  )
}
