import { Spinner } from './Spinner'
import { useTitle } from './useTitle'

export function PageLoading() {
  useTitle('Loading')
  return (
    <div role="status" className="flex grow items-center justify-center gap-3 text-ink-soft">
      <Spinner className="size-5" />
      Loading
    </div>
  )
}
