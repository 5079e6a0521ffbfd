import { type Answer, text } from './Answer'

/**
 * The answer of `/healthz`: `ok`, or status 503 with one sentence for each fault. The header `lp-capacity` is `capacity`: the pixels per
 * second of the largest stream that the relay would take now. A broadcaster's page offers no quality that needs more.
 */
export function health(problems: readonly string[], capacity?: number): Answer {
  const answer = text(problems.length === 0 ? 'ok\n' : `${problems.join('\n')}\n`, 'text/plain; charset=utf-8')
  const stated: Record<string, string> = capacity === undefined ? {} : { 'lp-capacity': `${Math.floor(capacity)}` }
  return { ...answer, status: problems.length === 0 ? 200 : 503, headers: { ...answer.headers, ...stated } }
}
