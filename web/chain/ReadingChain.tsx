import { Spinner } from '../ui/Spinner'

export function ReadingChain() {
  return (
    <p role="status" className="flex items-center justify-center gap-3 py-24 text-ink-soft">
      <Spinner className="size-5" />
      Reading the chain
    </p>
  )
}
