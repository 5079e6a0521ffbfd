import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Answer } from './Answer'
import { HttpError } from './HttpError'
import { parseRange, type Range } from './range'

/** Serves video, or one range of its bytes. The bytes with this `name` never change, so caches can store them without a time limit. */
export function rangeAnswer({
  request,
  byteLength,
  name,
  open,
}: {
  request: IncomingMessage
  byteLength: number
  name: string
  /** Opens all bytes, or the bytes of a range. */
  open(range: Range | undefined): Promise<Readable>
}): Answer {
  const etag = `"${name}"`
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
      sentence: 'The range contains no byte of this video.',
      nextStep: `The video has ${byteLength} bytes. Ask for a range of these bytes.`,
      headers: { 'content-range': `bytes */${byteLength}` },
    })
  const length = range ? range.end - range.start + 1 : byteLength
  return {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'content-length': `${length}`,
      ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${byteLength}` }),
    },
    body: () => open(range),
  }
}
