import type { Fetch } from './Relay'

export type LateFetchOptions = {
  /** The `fetch` that pays relays: `HttpPayer.fetch`. `undefined`: there is none yet, so no request pays. */
  payer(): Fetch | undefined
  /** Called when a relay asks for payment and `payer` returns `undefined`. `answer`: a copy of the answer 402. */
  onUnpaid?(answer: Response): void
  fetch?: typeof fetch
}

/** A `fetch` for relays. This `fetch` can get a payer later. So a page loads the code of payments only when a relay asks to be paid. */
export function lateFetch({ payer, onUnpaid, fetch = globalThis.fetch.bind(globalThis) }: LateFetchOptions): Fetch {
  const ask = async (input: RequestInfo | URL, init?: RequestInit) => {
    const pay = payer()
    if (pay) return pay(input, init)
    const response = await fetch(input, init)
    if (response.status === 402) onUnpaid?.(response.clone())
    return response
  }
  return Object.assign(ask, { checked: (uri: string, byteLength: number) => payer()?.checked?.(uri, byteLength) })
}
