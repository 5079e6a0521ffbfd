import { toBytes } from '../mesh/ipAddress'

/** The name of the network of one person: the address, or the first 64 bits of an IPv6 address, because one person usually has all such addresses. */
export function networkOf(address: string): string {
  const bytes = toBytes(address)
  return bytes?.length === 16 ? Buffer.from(bytes.subarray(0, 8)).toString('hex') : address
}
