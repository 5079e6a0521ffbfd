import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'

/** A proxy that serves a relay under a path, as nginx does with `location /lp/ { proxy_pass http://127.0.0.1:8935/; }`. */
export async function startPrefixProxy(prefix: string) {
  let port = 0
  const sockets = new Set<Duplex>()
  const inside = ({ url = '' }: IncomingMessage) =>
    url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : '/not-found'
  const server = createServer((incoming, outgoing) => {
    const { method, headers } = incoming
    incoming.pipe(
      request({ port, host: '127.0.0.1', method, headers, path: inside(incoming) }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      }),
    )
  })
  server.on('upgrade', (incoming, client, head) => {
    const relay = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [client, relay],
      [relay, client],
    ] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
      from.pipe(to)
    }
    const { rawHeaders } = incoming
    const lines = rawHeaders.flatMap((name, index) => (index % 2 ? [] : `${name}: ${rawHeaders[index + 1]}`))
    relay.write([`GET ${inside(incoming)} HTTP/1.1`, ...lines, '', ''].join('\r\n'))
    relay.write(head)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    /** From now on, the proxy forwards to this port. */
    to(relayPort: number) {
      port = relayPort
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
