import { Link } from 'wouter'
import { Button } from './Button'
import { Notice } from './Notice'
import type { Problem } from './Problem'
import { useTitle } from './useTitle'

const unknownProblem: Problem = {
  sentence: 'This page could not be shown.',
  nextStep: 'Check your connection and reload the page. Your payments and deposits are safe.',
}

/** Shows an error that reached the boundary of the page. If the error has a `problem`, the text of the problem is shown. */
export function PageFailure({ error }: { error: unknown }) {
  const problem = error instanceof Error && 'problem' in error ? (error.problem as Problem) : unknownProblem
  useTitle('Problem')
  return (
    <div className="mx-auto flex w-full max-w-lg grow flex-col justify-center">
      <h1 className="sr-only">Problem</h1>
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
