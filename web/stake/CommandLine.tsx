import Check from 'lucide-react/icons/check'
import Copy from 'lucide-react/icons/copy'
import { Button } from '../ui/Button'
import { useCopy } from '../ui/useCopy'

/** A command for a terminal, with a button that copies it. */
export function CommandLine({ command }: { command: string }) {
  const { copied, copy } = useCopy(command)
  return (
    <div className="mt-1.5 flex items-start gap-2">
      <code className="min-w-0 grow break-words rounded-xl bg-inset px-3 py-2 text-[13px]">{command}</code>
      <Button size="small" look="outline" aria-label={`${copied ? 'Copied' : 'Copy'}: ${command}`} onClick={copy}>
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
