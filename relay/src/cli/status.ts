import type { StatusJson } from '../gateway/StatusJson'
import { RelayError } from '../node/RelayError'
import { hideSecret } from '../node/secrets'
import { statusReport } from '../node/statusReport'
import { readStatusToken } from '../node/statusToken'

const timeoutMs = 10_000

export type StatusOptions = { url: string; data: string; json?: boolean }

/** Reads the status of a relay over HTTP, and resolves to a text. Throws `NoStatusError`. */
export async function printStatus({ url, data, json }: StatusOptions): Promise<string> {
  const token = process.env.LP_STATUS_TOKEN ?? (isHere(url) ? await readStatusToken(data) : undefined)
  hideSecret(token)
  const response = await fetch(`${url}/status`, {
    signal: AbortSignal.timeout(timeoutMs),
    ...(token && { headers: { authorization: `Bearer ${token}` } }),
  }).catch((error: Error) => {
    throw new NoStatusError(
      error.name === 'TimeoutError'
        ? `The server at ${url} has not answered for ${timeoutMs / 1_000} s. Check --url, and check that lp-relay runs.`
        : `No relay answers at ${url}. Check --url, and check that lp-relay runs.`,
    )
  })
  const status: unknown = await response.json().catch(() => undefined)
  if (!response.ok || !isStatus(status))
    throw new NoStatusError(
      `The server at ${url} is not a relay. Check --url: it must be the address of the relay, not of the web page.`,
    )
  if (json) return JSON.stringify(status, undefined, 2)
  const isWhole = status.faults !== undefined
  return isWhole ? statusReport(status) : `${statusReport(status)}\n\n${partOnly}`
}

const partOnly =
  'This is the public part of the status. To see claims, earnings and faults, run this command on the machine of the relay, with the same --data as the relay, or set LP_STATUS_TOKEN.'

/** The token of this machine's relay must not be sent to another machine. */
const isHere = (url: string) => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)

/** Checks the fields that every version of a relay has. */
function isStatus(document: unknown): document is StatusJson {
  const { version, roles, chain, streams } = (document ?? {}) as Partial<Record<keyof StatusJson, unknown>>
  return typeof version === 'string' && !!chain && [roles, streams].every(Array.isArray)
}

export class NoStatusError extends RelayError {
  override readonly name = 'NoStatusError'
}
