import { toBytes } from '../mesh/ipAddress'

/**
 * The name of the network of one person: an IPv4 address, or the first 64 bits of an IPv6 address. One person usually has all IPv6
 * addresses with the same first 64 bits.
 */
export function networkOf(address: string): string {
  const bytes = toBytes(address)
  return bytes?.length === 16 ? Buffer.from(bytes.subarray(0, 8)).toString('hex') : address
}
