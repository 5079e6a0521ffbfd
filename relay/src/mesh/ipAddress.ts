/**
 * The bytes of an IP address: 4 for `203.0.113.7` and `::ffff:203.0.113.7`, 16 for all other IPv6 addresses. `undefined` for other text.
 */
export function toBytes(text: string): Uint8Array | undefined {
  const ipv4 = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/i.exec(text)
  const bytes = ipv4 ? ipv4.slice(1).map(Number) : fromIpv6(text)
  return bytes?.every((byte) => byte < 256) ? Uint8Array.from(bytes) : undefined
}

/** The text of an address with 4 or 16 bytes. */
export function toText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: 8 }, (_, index) => view.getUint16(2 * index).toString(16)).join(':')
}

function fromIpv6(text: string): number[] | undefined {
  const [head = '', tail, ...more] = text.replace(/%.*$/, '').split('::')
  const [before, after] = [groups(head), groups(tail ?? '')]
  const missing = 8 - before.length - after.length
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined
  const all = [...before, ...Array<string>(missing).fill('0'), ...after]
  if (!all.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined
  return all.map((group) => Number.parseInt(group, 16)).flatMap((group) => [group >>> 8, group & 255])
}

const groups = (text: string) => (text === '' ? [] : text.split(':'))
