import { type Answer, text } from './Answer'

/** The answer of `/healthz`: `ok`, or status 503 with one sentence for each fault. */
export function health(problems: readonly string[]): Answer {
  const answer = text(problems.length === 0 ? 'ok\n' : `${problems.join('\n')}\n`, 'text/plain; charset=utf-8')
  return { ...answer, status: problems.length === 0 ? 200 : 503 }
}
