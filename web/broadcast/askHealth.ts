/** The answer of a relay to the page. `refuses`: the relay answers, but takes no new streams now. */
export type Answer = 'answers' | 'refuses' | 'silent'

export type Health = {
  answer: Answer
  /**
   * The pixels per second (source and renditions together) of the largest stream that the relay would take now. Undefined if the relay does
   * not state it: an older relay, or a proxy that hides the header.
   */
  capacity?: number
}

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
    const capacity = response.headers.get('lp-capacity') ?? ''
    if (response.status === 503 || capacity === '0') return { answer: 'refuses' }
    // Status 404 is an answer too, because a proxy can hide /healthz. Status 429 is also an answer: the relay got too many requests.
    const isAnswer = response.ok || response.status === 404 || response.status === 429
    return {
      answer: isAnswer ? 'answers' : 'silent',
      ...(/^\d{1,12}$/.test(capacity) && { capacity: Number(capacity) }),
    }
  } catch {
    return { answer: 'silent' }
  } finally {
    clearTimeout(timer)
  }
}
