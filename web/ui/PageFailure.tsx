import { Link } from 'wouter'
import { Button } from './Button'
import { Notice } from './Notice'
import type { Problem } from './Problem'

const unknownProblem: Problem = {
  sentence: 'This page could not be shown.',
  nextStep: 'Check your connection and reload. Nothing that you have paid for is lost by it.',
}

/** For errors that reach the page's boundary. Those with a `problem` speak for themselves. */
export function PageFailure({ error }: { error: unknown }) {
  const problem = error instanceof Error && 'problem' in error ? (error.problem as Problem) : unknownProblem
  return (
    <div className="mx-auto flex w-full max-w-lg grow flex-col justify-center">
      <Notice
        tone="bad"
        problem={problem}
        action={
          <>
            <Button asChild size="small">
              <Link href="/">To the start page</Link>
            </Button>
            <Button size="small" look="outline" onClick={() => location.reload()}>
              Reload
            </Button>
          </>
        }
      />
    </div>
  )
}
