import { Skeleton } from '../ui/Skeleton'
import { Spinner } from '../ui/Spinner'

export function ReadingChain() {
  return (
    <div className="grid gap-5">
      <p role="status" className="flex items-center gap-3 text-ink-soft text-sm">
        <Spinner className="size-5" />
        Reading the chain
      </p>
      <Skeleton />
    </div>
  )
}
