import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { HttpError } from './HttpError'

/** The answer of a route. The gateway sends the answer to the client. */
export type Answer = {
  status: number
  headers: Record<string, string>
  /** `headers` has the length of the body. If `body` is a function, it opens the body as a stream, and is not called for HEAD. */
  body: string | (() => Promise<Readable>) | undefined
  /** The relay does not sell these bytes. */
  isFree?: true
}

/** An answer that caches must not store, because it can change at any time. */
export const text = (body: string, contentType: string): Answer => ({
  status: 200,
  headers: { 'cache-control': 'no-store', 'content-type': contentType, 'content-length': `${Buffer.byteLength(body)}` },
  body,
})

export const json = (body: string): Answer => text(body, 'application/json')

/** The answer to a request that failed. The client gets the text of an `HttpError`, but no details of any other error. */
export function refusal(error: unknown): Answer {
  const { status, shortMessage, nextStep, headers, facts } =
    error instanceof HttpError
      ? error
      : new HttpError({ status: 500, sentence: 'The relay failed to answer.', nextStep: 'Try again in a moment.' })
  const answer = json(JSON.stringify({ error: shortMessage, nextStep, ...facts }))
  return { ...answer, status, headers: { ...answer.headers, ...headers } }
}

/** Every page can read every answer: only the operator's status is secret, and a page cannot request it without the operator's token. */
const open = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'content-length, content-range, etag, lp-capacity, lp-given, retry-after',
  'cross-origin-resource-policy': 'cross-origin',
  // Players measure transfer times to choose the quality. Without this header, a browser hides these times.
  'timing-allow-origin': '*',
  'x-content-type-options': 'nosniff',
}

/** The request and the response to which an answer is written. */
export type Target = {
  request: IncomingMessage
  response: ServerResponse
  /** Called when the body could not be read to its end. The connection is then closed. */
  onBroken(cause: unknown): void
}

/** Writes an answer. Resolves when the answer is sent or the client has left. Rejects only when the body cannot be opened. */
export async function write({ request, response, onBroken }: Target, { status, headers, body }: Answer): Promise<void> {
  const all = { ...open, ...headers }
  if (body === undefined || request.method === 'HEAD') {
    response.writeHead(status, all).end()
    return
  }
  if (typeof body === 'string') {
    response.writeHead(status, all).end(body)
    return
  }
  const stream = await body()
  response.writeHead(status, all)
  await pipeline(stream, response).catch((error: NodeJS.ErrnoException) => {
    response.destroy()
    // A client can leave at any time, so this is not a fault. All other errors come from the disk.
    if (!clientHasLeft.has(error.code ?? '')) onBroken(error)
  })
}

const clientHasLeft = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE', 'ERR_STREAM_DESTROYED'])

/** The answer to OPTIONS. A browser sends OPTIONS, for example, before a page of the public web reads from a relay in the local network. */
export const preflight: Answer = {
  status: 204,
  headers: {
    'access-control-allow-methods': 'GET, HEAD, POST, OPTIONS',
    // WebTorrent sends the last two headers to a web seed.
    'access-control-allow-headers': 'range, if-none-match, if-range, cache-control, user-agent',
    'access-control-allow-private-network': 'true',
    'access-control-max-age': '86400',
  },
  body: undefined,
}
