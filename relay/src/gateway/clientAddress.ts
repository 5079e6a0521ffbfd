import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { ProtocolError } from '@lp/contracts/protocol'

/** Finds the address of the client that sent a request. */
export type ClientAddress = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string

/**
 * `trusted`: addresses, or networks as in `10.0.0.0/8`, of proxies. The header X-Forwarded-For counts only if a trusted proxy sends it,
 * because any client can write this header. The client is the last address in the header that is not a trusted proxy, or the first address
 * if all addresses are trusted proxies. Throws `ProxyError`.
 */
export function clientAddress(trusted: readonly string[]): ClientAddress {
  const proxies = new BlockList()
  for (const text of trusted) add(proxies, text)
  const isProxy = (address: string) => isIP(address) !== 0 && proxies.check(address, familyOf(address))
  return ({ headers, socket }) => {
    const peer = normal(socket.remoteAddress ?? '')
    if (!isProxy(peer)) return peer
    const named = [headers['x-forwarded-for'] ?? []].flat().join().split(',').map(withoutPort).map(normal)
    let client = peer
    for (const address of named.reverse()) {
      // A client can write any text into the header, and the proxy adds the client's address at the right end. So the search goes from
      // right to left, and ends at the first text that is not an address.
      if (isIP(address) === 0) break
      client = address
      if (!isProxy(address)) break
    }
    return client
  }
}

function add(proxies: BlockList, text: string) {
  const [address = '', bits] = text.split('/')
  const longest = isIP(address) === 4 ? 32 : 128
  const length = bits === undefined ? longest : Number(bits)
  if (isIP(address) === 0 || !/^\d{1,3}$/.test(bits ?? '0') || length > longest) throw new ProxyError({ text })
  proxies.addSubnet(address, length, familyOf(address))
}

const familyOf = (address: string) => (isIP(address) === 4 ? 'ipv4' : 'ipv6')

/** Some proxies write the port of the client too, as in `192.0.2.1:51234` or `[2001:db8::1]:443`, or only the brackets. */
const withoutPort = (text: string) =>
  text
    .trim()
    .replace(/^\[([^\]]*)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')

/** A server that listens at `::` sees IPv4 clients as ::ffff:192.0.2.1. */
const normal = (address: string) => address.trim().replace(/^::ffff:(?=\d+\.)/i, '')

export class ProxyError extends ProtocolError {
  override readonly name = 'gateway.ProxyError'
  constructor({ text }: { text: string }) {
    super(`${text} is not the address of a proxy. Write an IP address, or a network as in 10.0.0.0/8.`)
  }
}
