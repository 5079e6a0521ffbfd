/** The first and the last byte of a range, both included. */
export type Range = { start: number; end: number }

/**
 * Reads a `Range` header (RFC 9110). `undefined` means the whole payload: the header is missing or malformed, has an unknown unit, or names
 * several ranges (a server is allowed to ignore such a header). `'unsatisfiable'`: the payload has no byte of the range.
 */
export function parseRange(header: string | undefined, byteLength: number): Range | undefined | 'unsatisfiable' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '')
  const [, first = '', last = ''] = match ?? []
  if (first === '') {
    if (last === '') return undefined
    const length = Number(last)
    if (length === 0 || byteLength === 0) return 'unsatisfiable'
    return { start: Math.max(0, byteLength - length), end: byteLength - 1 }
  }
  const start = Number(first)
  const end = last === '' ? byteLength - 1 : Math.min(Number(last), byteLength - 1)
  if (last !== '' && Number(last) < start) return undefined
  return start >= byteLength ? 'unsatisfiable' : { start, end }
}
