import { Skeleton } from './Skeleton'
import { Spinner } from './Spinner'
import { useTitle } from './useTitle'

/** After a change of the page, the focus waits for the heading of the page itself (`focusHeading`). */
export function PageLoading() {
  useTitle('Loading')
  return (
    <div className="grid content-start gap-5">
      <div role="status" className="flex h-9 items-center gap-3 text-ink-soft">
        <Spinner className="size-5" />
        <h1 data-loading>Loading</h1>
      </div>
      <Skeleton />
    </div>
  )
}
