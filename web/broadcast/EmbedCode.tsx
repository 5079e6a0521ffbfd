import Check from 'lucide-react/icons/check'
import Code from 'lucide-react/icons/code'
import { embedCode } from '../config/embedCode'
import { Button } from '../ui/Button'
import { useCopy } from '../ui/useCopy'

/** Copies the code that shows the stream in another page. */
export function EmbedCode({ link }: { link: string }) {
  const code = embedCode(link)
  const { copied, copy } = useCopy(code)
  const Icon = copied ? Check : Code
  return (
    <div className="mt-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-line border-t pt-4">
      <p className="min-w-0 text-pretty text-ink-soft text-sm">
        Show the stream in another page: paste this code there.
      </p>
      <Button look="outline" size="small" onClick={copy} data-testid="embed-code" data-code={code}>
        <Icon className="size-4" aria-hidden="true" />
        {copied ? 'Code copied' : 'Copy the code'}
      </Button>
    </div>
  )
}
