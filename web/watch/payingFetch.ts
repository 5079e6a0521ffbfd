import type { HttpPayer } from 'lp-relay'
import type { ViewerPayments } from '../payments/ViewerPayments'

/**
 * The `fetch` of a viewer. When a relay answers 402 for the first time, `open` loads the payments, and they send the request again.
 * `payments`: `undefined` before. `open` resolves to `undefined` if the viewer cannot pay.
 */
export const payingFetch = ({
  payments,
  open,
}: {
  payments(): ViewerPayments | undefined
  open(): Promise<ViewerPayments | undefined>
}): HttpPayer['fetch'] =>
  Object.assign(
    async (input: RequestInfo | URL, init?: RequestInit) => {
      const known = payments()
      if (known) return known.fetch(input, init)
      const response = await fetch(input, init)
      const opened = response.status === 402 ? await open() : undefined
      if (!opened) return response
      await response.body?.cancel()
      return opened.fetch(input, init)
    },
    { checked: (uri: string, byteLength: number) => payments()?.fetch.checked(uri, byteLength) },
  )
