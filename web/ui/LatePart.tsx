import { type ReactNode, Suspense } from 'react'
import { ErrorBoundary } from './ErrorBoundary'
import { Notice } from './Notice'

export type LatePartProps = {
  /** What the person misses if it cannot be loaded. Begins the sentence. */
  name: string
  /** Shown during the download. Default: nothing. */
  loading?: ReactNode
  children: ReactNode
}

/** A part of a page that is downloaded later. If the download fails, the other parts of the page still work. */
export function LatePart({ name, loading, children }: LatePartProps) {
  const problem = { sentence: `${name} could not be loaded.`, nextStep: 'Check your connection, and reload the page.' }
  return (
    <ErrorBoundary fallback={() => <Notice problem={problem} />}>
      <Suspense fallback={loading}>{children}</Suspense>
    </ErrorBoundary>
  )
}
