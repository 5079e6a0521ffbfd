import { Spinner } from './Spinner'

export function PageLoading() {
  return (
    <div role="status" className="flex grow items-center justify-center gap-3 text-ink-soft">
      <Spinner className="size-5" />
      Loading
    </div>
  )
}
