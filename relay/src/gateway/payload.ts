import type { IncomingMessage } from 'node:http'
import type { Hex } from 'viem'
import type { PayloadStore } from '../storage/PayloadStore'
import type { Answer } from './Answer'
import { HttpError, notFound } from './HttpError'
import type { Metrics } from './metrics'
import { parseRange } from './range'

/** Serves the payload with this hash, or one range of its bytes. A payload never changes, so caches may store it for ever. */
export function payload(
  { payloads, count }: { payloads: PayloadStore; count: Metrics['count'] },
  { dataHash, request }: { dataHash: Hex; request: IncomingMessage },
): Answer {
  const byteLength = payloads.size(dataHash)
  if (byteLength === undefined) throw missing()
  const etag = `"${dataHash.toLowerCase()}"`
  const headers = {
    'accept-ranges': 'bytes',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': 'video/mp2t',
    etag,
  }
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (known?.some((tag) => tag === etag || tag === '*')) return { status: 304, headers, body: undefined }

  const ifRange = request.headers['if-range']
  const asked = ifRange === undefined || ifRange === etag ? request.headers.range : undefined
  const range = parseRange(asked, byteLength)
  if (range === 'unsatisfiable')
    throw new HttpError({
      status: 416,
      sentence: 'The range starts after the end of the payload.',
      nextStep: `Ask for bytes 0 to ${byteLength - 1}.`,
      headers: { 'content-range': `bytes */${byteLength}` },
    })
  const length = range ? range.end - range.start + 1 : byteLength
  const body = async () => {
    const stream = await payloads.createReadStream(dataHash, range)
    if (!stream) throw missing()
    return stream.on('data', (chunk: Buffer) => count.payloadBytesServed(chunk.length)).pause()
  }
  return {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'content-length': `${length}`,
      ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${byteLength}` }),
    },
    body,
  }
}

const missing = () =>
  notFound(
    'This relay does not have the payload.',
    'Ask another relay. Payloads are deleted after the verification period.',
  )
