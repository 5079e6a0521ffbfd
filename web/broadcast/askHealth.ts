/** The answer of a relay to the page. `refuses`: the relay answers, but takes no new streams now. */
export type Health = 'answers' | 'refuses' | 'silent'

/** Asks a relay for `/healthz`. Never rejects. */
export async function askHealth(uri: string, patienceMs = 5_000): Promise<Health> {
  const waiting = new AbortController()
  const timer = setTimeout(() => waiting.abort(), patienceMs)
  try {
    const response = await fetch(`${uri}/healthz`, {
      signal: waiting.signal,
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    })
    // The page does not need the text of the answer, and a stranger could make it endless.
    response.body?.cancel().catch(() => undefined)
    if (response.status === 503) return 'refuses'
    // Status 404 is an answer too, because a proxy can hide /healthz. Status 429 is also an answer: the relay got too many requests.
    return response.ok || response.status === 404 || response.status === 429 ? 'answers' : 'silent'
  } catch {
    return 'silent'
  } finally {
    clearTimeout(timer)
  }
}
