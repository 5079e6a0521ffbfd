import { once } from 'node:events'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { asBroadcaster, jobId, startIngest } from '../../testbeds/ingest'
import { startPrefixProxy } from '../../testbeds/prefixProxy'
import { assertSocketReaches, dial } from '../ingest/dial'
import { greet } from '../mesh/greet'
import type { Channel } from '../mesh/Transport'
import type { BinarySocketConstructor } from '../mesh/WebSocketChannel'
import { subprotocol } from '../mesh/webSocket'
import { clientAddress } from './clientAddress'
import { attachTracker } from './tracker'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function relay(options: Parameters<typeof startIngest>[0] = {}) {
  const host = await startIngest(options)
  closing.push(host.close)
  return host
}

const options = { WebSocket: WebSocket as BinarySocketConstructor, signal: new AbortController().signal }

async function connect(serviceUri: string): Promise<Channel> {
  const channel = await dial({ serviceUri, jobId, ...options })
  closing.push(() => channel.close())
  return channel
}

/** A client that can send anything. */
function stranger(
  { url }: { url: string },
  { path = `/ingest/${jobId}`, protocols = [subprotocol], headers = {} } = {},
): WebSocket {
  const socket = new WebSocket(url.replace('http', 'ws') + path, protocols, { headers })
  socket.on('error', () => {})
  closing.push(() => socket.terminate())
  return socket
}

/** The HTTP status with which the server refuses the connection. */
async function refusal(socket: WebSocket): Promise<number> {
  const [request, response] = await once(socket, 'unexpected-response')
  request.destroy()
  return response.statusCode
}

describe('a relay and a broadcaster', () => {
  test('prove their roles to each other over WebSocket', async () => {
    const { url, address, roles } = await relay()
    const peer = await greet(await connect(url), asBroadcaster([address]))
    expect(peer).toMatchObject({ role: 'relay', address })
    expect(roles).toEqual(['broadcaster'])
  })

  test('prove their roles to each other through a proxy that serves the relay under a path', async () => {
    const proxy = await startPrefixProxy('/lp')
    closing.push(proxy.close)
    const { port, address, roles } = await relay({ uriOf: () => `${proxy.url}/` })
    proxy.to(port)
    await assertSocketReaches({ serviceUri: proxy.url, ...options })
    const peer = await greet(await connect(proxy.url), asBroadcaster([address]))
    expect([peer.role, roles]).toEqual(['relay', ['broadcaster']])
  })

  test('do not accept each other’s role if a hostile relay forwards all messages between them', async () => {
    const honest = await relay()
    const hostile = await startPrefixProxy('/hostile')
    closing.push(hostile.close)
    hostile.to(honest.port)
    // The honest relay closes the connection, because this page has not proven that it is the broadcaster.
    const channel = await connect(hostile.url)
    const closed = channel.next('close')
    const peer = await greet(channel, asBroadcaster([honest.address])).catch(() => undefined)
    expect(peer?.role ?? 'viewer').toBe('viewer')
    await closed
    expect(honest.roles).toEqual(['viewer'])
  })
})

describe('a relay', () => {
  test('refuses messages that were recorded on another connection', async () => {
    const { url, address, roles } = await relay()
    const recorded: Uint8Array[] = []
    class Recording extends WebSocket {
      override send(data: Uint8Array) {
        recorded.push(data.slice())
        super.send(data)
      }
    }
    const channel = await dial({ serviceUri: url, jobId, ...options, WebSocket: Recording as BinarySocketConstructor })
    closing.push(() => channel.close())
    await greet(channel, asBroadcaster([address]))
    expect(recorded).toHaveLength(2)
    const thief = stranger({ url })
    thief.on('open', () => {
      for (const bytes of recorded) thief.send(bytes)
    })
    await once(thief, 'close')
    expect(roles).toEqual(['broadcaster', 'viewer'])
  })

  test('does not accept a page with another key as the broadcaster; the web origin and the cookies of the page do not matter', async () => {
    const { url, address, roles } = await relay()
    class OfAnotherSite extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { headers: { origin: 'https://evil.example', cookie: 'session=1' } })
      }
    }
    const channel = await dial({
      serviceUri: url,
      jobId,
      ...options,
      WebSocket: OfAnotherSite as BinarySocketConstructor,
    })
    const closed = channel.next('close')
    await greet(channel, asBroadcaster([address], privateKeyToAccount(generatePrivateKey()))).catch(() => undefined)
    await closed
    expect(roles).toEqual(['viewer'])
  })

  test('refuses a job that it does not expect, an unknown path, and a client without the subprotocol', async () => {
    const host = await relay()
    expect(await refusal(stranger(host, { path: `/ingest/0x${'00'.repeat(32)}` }))).toBe(404)
    for (const path of ['/ingest/', '/ingest/0x12', `/ingest/${jobId}/`, '/ingestion', '/'])
      expect(await refusal(stranger(host, { path }))).toBe(404)
    for (const protocols of [[], ['lp-ingest.2']]) expect(await refusal(stranger(host, { protocols }))).toBe(400)
  })

  test('can be reached from a page over WebSocket, even if its server also runs a tracker', async () => {
    const { url, server, roles } = await relay()
    const tracker = attachTracker({ server })
    closing.push(() => tracker.close())
    await assertSocketReaches({ serviceUri: url, ...options })
    const client = stranger({ url }, { path: '/announce', protocols: [] })
    await once(client, 'open')
    expect(roles).toEqual([])
  })

  test('refuses WebSocket connections if its registered address is http and not a loopback address, and a page opens no WebSocket to this relay', async () => {
    const host = await relay({ uriOf: () => 'http://relay.example' })
    expect(await refusal(stranger(host).on('upgrade', () => expect.fail()))).toBe(404)
    await expect(assertSocketReaches({ serviceUri: 'http://relay.example', ...options })).rejects.toThrow(
      'A WebSocket to a relay on another machine needs https.',
    )
  })

  test('if too many connections have no proven role, closes the oldest of them, and still accepts the broadcaster', async () => {
    const { url, address, roles } = await relay({ maxStrangers: { total: 100, perAddress: 3 } })
    const waiting = Array.from({ length: 3 }, () => stranger({ url }))
    await Promise.all(waiting.map((socket) => once(socket, 'open')))
    const dismissed = once(waiting[0] as WebSocket, 'close')
    await greet(await connect(url), asBroadcaster([address]))
    await dismissed
    expect(roles).toEqual(['broadcaster'])
    for (const socket of waiting.slice(1)) expect(socket.readyState).toBe(WebSocket.OPEN)
  })

  test('refuses an address that connects too often, and still accepts another client behind the same trusted proxy', async () => {
    const host = await relay({
      addressOf: clientAddress(['127.0.0.1']),
      maxConnections: { perSecond: 0.001, burst: 2 },
    })
    const from = (address: string) => stranger(host, { headers: { 'x-forwarded-for': address } })
    for (const socket of [from('192.0.2.1'), from('192.0.2.1')]) await once(socket, 'open')
    expect(await refusal(from('192.0.2.1'))).toBe(429)
    await once(from('192.0.2.2'), 'open')
    // One person has all IPv6 addresses with the same first 64 bits.
    for (const socket of [from('2001:db8::1'), from('2001:db8::2')]) await once(socket, 'open')
    expect(await refusal(from('2001:db8::3'))).toBe(429)
    await once(from('2001:db8:0:1::1'), 'open')
  })

  test.each<[string, (socket: WebSocket) => void]>([
    ['pings', (socket) => void Array.from({ length: 50 }, () => socket.ping(new Uint8Array(125)))],
    ['pongs', (socket) => void Array.from({ length: 50 }, () => socket.pong(new Uint8Array(125)))],
    [
      'frames of one message',
      (socket) => void Array.from({ length: 100 }, () => socket.send(new Uint8Array(1), { fin: false })),
    ],
    ['bytes in one message', (socket) => socket.send(new Uint8Array(64 * 1024 + 1))],
  ])('disconnects a client that sends too many %s', async (_, act) => {
    const socket = stranger(await relay())
    await once(socket, 'open')
    act(socket)
    await once(socket, 'close')
  })

  test('disconnects a broadcaster that sends nothing after its greeting; `close` ends all connections', async () => {
    const { url, address, roles, ingest } = await relay({ watch: { aliveMs: 20, silenceMs: 200 } })
    const peer = await greet(await connect(url), asBroadcaster([address]))
    // The page sends `alive` only every 5 s.
    expect((await peer.next('close'))[0]?.name).toBe('Transport.ConnectionLostError')
    const waiting = stranger({ url })
    await once(waiting, 'open')
    ingest.close()
    await once(waiting, 'close')
    expect(roles).toEqual(['broadcaster'])
  })
})
