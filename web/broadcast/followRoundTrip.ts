import { askHealth } from './askHealth'

const askAgainAfterMs = 5_000

export type FollowRoundTripOptions = {
  /** The address of the transcoder's relay. Undefined while the page does not know it. */
  relay(): string | undefined
  signal: AbortSignal
  /** `ms`: the time of a short question and its answer. Undefined: the relay did not answer. */
  onRoundTrip(ms: number | undefined): void
  ask?: typeof askHealth
  now?: () => number
}

/** Asks the relay now and every five seconds, until `signal` aborts. */
export function followRoundTrip({
  relay,
  signal,
  onRoundTrip,
  ask = askHealth,
  now = () => performance.now(),
}: FollowRoundTripOptions): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  async function look() {
    const uri = relay()
    if (uri) {
      const askedMs = now()
      const { answer } = await ask(uri)
      if (!signal.aborted) onRoundTrip(answer === 'silent' ? undefined : now() - askedMs)
    }
    if (!signal.aborted) timer = setTimeout(() => void look(), askAgainAfterMs)
  }
  signal.addEventListener('abort', () => clearTimeout(timer))
  void look()
}
