import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startStun } from '../../relay/src/gateway/stun'
import { createWrtc } from '../../relay/src/node/wrtc'
import { startIngest } from '../../relay/testbeds/ingest'
import { findUdpPath } from './findUdpPath'
import { checkReach } from './reach'

const closing: (() => unknown)[] = []
// Node has no WebRTC, like a browser that forbids WebRTC.
beforeEach(() => void vi.stubGlobal('WebSocket', WebSocket))
afterEach(async () => {
  vi.unstubAllGlobals()
  for (const close of closing.splice(0)) await close()
})

async function relay() {
  const host = await startIngest()
  closing.push(host.close)
  return host
}

/** A server that answers each request with the HTTP status. */
async function serverOf(status: number): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end('No space.\n')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const { signal } = new AbortController()
const noTransport = {
  problem: {
    sentence:
      'This browser or this network blocks WebRTC and WebSocket, but the page needs one of the two to send the stream.',
    nextStep: expect.stringContaining('Nothing was paid.'),
  },
}

describe('checkReach', () => {
  it('without WebRTC, chooses WebSocket if at least one relay accepts WebSockets', async () => {
    const [old, current] = [await relay(), await relay()]
    old.ingest.close()
    expect(await checkReach([old.url, current.url], { signal })).toEqual({ webRtc: false })
  })

  it('throws a problem that names the next step if neither WebRTC nor WebSocket works', async () => {
    const host = await relay()
    host.ingest.close()
    await expect(checkReach([host.url], { signal })).rejects.toMatchObject(noTransport)
  })

  it('throws a problem if no relay answers', async () => {
    const host = await relay()
    closing.length = 0
    await host.close()
    await expect(checkReach([host.url], { signal })).rejects.toMatchObject({
      problem: { sentence: 'The only transcoder at this price does not answer this page.' },
    })
  })

  it('says that relays answer, but take no new streams, if they answer with status 503', async () => {
    const [ill, other] = [await serverOf(503), await serverOf(503)]
    await expect(checkReach([ill], { signal })).rejects.toMatchObject({
      problem: {
        sentence: 'The only transcoder at this price takes no new streams now.',
        nextStep: expect.stringMatching(/^Nothing was paid\. A relay takes no new streams while it is too slow/),
      },
    })
    await expect(checkReach([ill, other], { signal })).rejects.toMatchObject({
      problem: { sentence: 'None of the 2 transcoders at this price takes new streams now.' },
    })
    await expect(checkReach([ill, await serverOf(502)], { signal })).rejects.toMatchObject({
      problem: {
        sentence: 'Of the 2 transcoders at this price, 1 does not answer this page, and 1 takes no new streams now.',
      },
    })
  })

  it('is content with one relay that takes new streams', async () => {
    const host = await relay()
    expect(await checkReach([await serverOf(503), host.url], { signal })).toEqual({ webRtc: false })
  })

  it('throws an AbortError if the signal is aborted', async () => {
    const host = await relay()
    await expect(checkReach([host.url], { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('checkReach with WebRTC', () => {
  const { wrtc, cleanup } = createWrtc()
  beforeEach(() => void vi.stubGlobal('RTCPeerConnection', wrtc.RTCPeerConnection))
  afterAll(cleanup)
  /** An address of this machine that the page takes for a relay in another network. */
  const far = (port: number) => `http://0.0.0.0:${port}`
  /** A UDP port whose packets nobody answers, like a network that drops UDP packets. */
  async function silentPort(): Promise<number> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    closing.push(() => socket.close())
    return socket.address().port
  }
  const stunServer = (port: number) => ({ iceServers: [{ urls: `stun:127.0.0.1:${port}` }] })

  it('a relay on this machine needs no STUN server', async () => {
    const host = await relay()
    host.ingest.close()
    expect(await checkReach([host.url], { signal })).toEqual({ webRtc: true })
  })

  it('for a relay in another network, an answer of a STUN server is enough', async () => {
    const host = await relay()
    host.ingest.close()
    const stun = await startStun({ host: '127.0.0.1', port: host.port })
    closing.push(stun.close)
    expect(await checkReach([far(host.port)], { signal })).toEqual({ webRtc: true })
  })

  it('if no STUN server answers, and no WebSocket opens, throws a problem before anything is paid', async () => {
    const { port } = await relay()
    const options = { signal, patienceMs: 500, ...stunServer(await silentPort()) }
    await expect(checkReach([far(port)], options)).rejects.toMatchObject(noTransport)
  })

  it('if no STUN server answers, one relay that accepts WebSockets is enough', async () => {
    const host = await relay()
    const options = { signal, patienceMs: 500, ...stunServer(await silentPort()) }
    expect(await checkReach([far(host.port), host.url], options)).toEqual({ webRtc: true })
  })
})

describe('findUdpPath', () => {
  /** A browser that reports these candidates, and then the end of the candidates. `hasFailed`: a server has not answered. */
  function browserWith(candidates: readonly string[], { hasFailed = false } = {}) {
    class Connection extends EventTarget {
      createDataChannel() {}
      close() {}
      async createOffer() {}
      async setLocalDescription() {
        if (hasFailed) this.dispatchEvent(new Event('icecandidateerror'))
        for (const candidate of [...candidates, ''])
          this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate: { candidate } }))
      }
    }
    vi.stubGlobal('RTCPeerConnection', Connection)
  }
  const servers = [{ urls: 'stun:relay.example:8935' }]
  const host = (address: string) => `candidate:1 1 udp 2122260223 ${address} 50000 typ host generation 0`

  it('on a machine with a public address, the end of the candidates without an error shows that the servers have answered', async () => {
    browserWith([host('203.0.113.7')])
    expect(await findUdpPath(servers, 5_000)).toBe('open')
    browserWith([host('203.0.113.7')], { hasFailed: true })
    expect(await findUdpPath(servers, 5_000)).toBe('unproven')
  })

  it('an own address in a private network proves nothing', async () => {
    browserWith([host('192.168.1.20'), host('fd00::1'), host('6b1c9f7e-0c3a-4b8e-9a37-9f2d9c9b2a11.local')])
    expect(await findUdpPath(servers, 5_000)).toBe('unproven')
    browserWith([])
    expect(await findUdpPath(servers, 5_000)).toBe('none')
  })

  it('if the browser does not accept the address of a server, nothing is proven', async () => {
    vi.stubGlobal('RTCPeerConnection', function refuse() {
      throw new SyntaxError('The address is not valid.')
    })
    expect(await findUdpPath(servers, 5_000)).toBe('unproven')
  })

  it('an address that a TURN server relays is enough', async () => {
    browserWith(['candidate:1 1 udp 41885439 203.0.113.9 60000 typ relay raddr 0.0.0.0 rport 0', host('10.0.0.2')])
    expect(await findUdpPath(servers, 5_000)).toBe('open')
  })
})
