import { type AudienceSummary, askAudience } from 'lp-relay'
import { logOf } from 'lp-relay/log'

const log = logOf('broadcast')

const askAgainAfterMs = 5_000

export type FollowAudienceOptions = {
  /** The address of the transcoder's relay. Undefined while the page does not know it. */
  relay(): string | undefined
  streamId: Parameters<typeof askAudience>[1]['streamId']
  signal: AbortSignal
  /** `undefined`: the relay does not answer, or is older. */
  onAudience(audience: AudienceSummary | undefined): void
  ask?: typeof askAudience
}

/** Asks the transcoder's relay every five seconds what the viewers say, until `signal` aborts. */
export function followAudience({
  relay,
  streamId,
  signal,
  onAudience,
  ask = askAudience,
}: FollowAudienceOptions): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  async function look() {
    const uri = relay()
    const at = uri && { uri, fetch: globalThis.fetch.bind(globalThis) }
    const audience = at
      ? await ask(at, { streamId, signal }).catch((error: Error) => {
          log.debug('no answer about the viewers', () => ({ error: error.message }))
          return undefined
        })
      : undefined
    if (signal.aborted) return
    onAudience(audience)
    timer = setTimeout(() => void look(), askAgainAfterMs)
  }
  signal.addEventListener('abort', () => clearTimeout(timer))
  void look()
}
