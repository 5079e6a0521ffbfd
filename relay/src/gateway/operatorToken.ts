import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Whether the request carries the operator's token, as `Authorization: Bearer <token>`. */
export function isOperator(request: IncomingMessage, token: string | undefined): boolean {
  const [, given] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  return given !== undefined && !!token && timingSafeEqual(digest(given), digest(token))
}

/** Digests have the same length, so that the time of the comparison does not depend on the token. */
const digest = (text: string) => createHash('sha256').update(text).digest()
