import { Spinner } from './Spinner'
import { useTitle } from './useTitle'

/** After a change of the page, the focus waits for the heading of the page itself (`focusHeading`). */
export function PageLoading() {
  useTitle('Loading')
  return (
    <div role="status" className="flex grow items-center justify-center gap-3 text-ink-soft">
      <Spinner className="size-5" />
      <h1 data-loading>Loading</h1>
    </div>
  )
}
