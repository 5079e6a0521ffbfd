import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { on } from 'node:events'
import { Hello } from '@lp/contracts/protocol'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { checkPacket } from '../../testbeds/checkPacket'
import { listenForCalls } from '../../testbeds/listenForCalls'
import { domain, TestStream } from '../../testbeds/TestStream'
import { channelsOf, createNodeTransport, randomInfoHash, receiveAll, sendAll, startWebRtc } from '../../testbeds/wrtc'
import { success } from '../gateway/stun'
import { createTransport } from '../mesh/createTransport'
import * as DirectCall from '../mesh/DirectCall'
import { greet } from '../mesh/greet'
import { Dialer } from '../mesh/webrtc'
import { create } from './certificate'
import type { DirectCallsOptions } from './DirectCalls'

const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A relay with one room. */
async function start(options: Partial<DirectCallsOptions & { maxChannels: number; port: number }> = {}) {
  const { maxChannels = 16, ...rest } = options
  const relay = await listenForCalls({ webRtc, ...rest })
  const infoHash = randomInfoHash()
  const room = createTransport({ wrtc: webRtc.wrtc, listener: relay.calls }).join({
    infoHash,
    trackers: [],
    maxChannels,
  })
  closing.push(relay.close, () => room.leave())
  return { ...relay, infoHash, room }
}
type Relay = Awaited<ReturnType<typeof start>>

function join({ infoHash, address }: Pick<Relay, 'infoHash' | 'address'>) {
  const room = createNodeTransport(webRtc).join({ infoHash, trackers: [], relays: [address] })
  closing.push(() => room.leave())
  return room
}

/** A socket that sends packets that the test has made. `check` has the user names and the password of a correct check. */
function stranger({ infoHash, address, stun }: Relay) {
  const socket = createSocket('udp4')
  closing.push(() => socket.close())
  const receiver = DirectCall.toUser({ infoHash, peerId: randomInfoHash(), password: 'p'.repeat(24) })
  const check = { receiver, sender: 'abcd', password: DirectCall.passwordOf(address.certificateHash) }
  /** Resolves to all packets that arrive, up to the answer to this request. */
  async function ask(request: Buffer): Promise<Buffer[]> {
    const arrived: Buffer[] = []
    const transaction = request.subarray(8, 20)
    socket.send(request, stun.port, '127.0.0.1')
    for await (const [packet] of on(socket, 'message') as AsyncIterable<[Buffer]>) {
      if (packet.readUInt16BE(0) !== 0x0101 || !packet.subarray(8, 20).equals(transaction)) arrived.push(packet)
      else {
        // All answers say from which address the request came, also the answers to checks.
        const { port } = socket.address()
        expect(packet.subarray(20, 32)).toEqual(success(request, { address: '127.0.0.1', port })?.subarray(20, 32))
        break
      }
    }
    return arrived
  }
  /** Sends packets. Resolves to their answers. */
  async function send(...packets: Buffer[]): Promise<Buffer[]> {
    for (const packet of packets) socket.send(packet, stun.port, '127.0.0.1')
    // The relay takes the packets in order, so it has seen them all when it answers a plain Binding request.
    return ask(Buffer.from(`000100002112a442${randomInfoHash().slice(2, 26)}`, 'hex'))
  }
  return { check, ask, send }
}

describe('a viewer that calls', () => {
  test('opens a channel without a tracker, and the relay proves its registered key', async () => {
    const relay = await start()
    const viewer = join(relay)
    const [[ours], [theirs]] = await Promise.all([channelsOf(viewer, 1), channelsOf(relay.room, 1)])
    if (!ours || !theirs) throw expect.fail('no channel')
    expect(ours.connection).toEqual(Hello.otherEnd(theirs.connection))
    const data = randomBytes(3_000_000)
    const [received] = await Promise.all([receiveAll(ours, data.length), sendAll(theirs, data)])
    expect(Buffer.from(received).equals(data)).toBe(true)

    const key = privateKeyToAccount(generatePrivateKey())
    const { streamId } = new TestStream()
    const recover = (hello: Hello.Hello, signature: `0x${string}`) => Hello.recover(hello, signature, domain)
    const [peer] = await Promise.all([
      greet(ours, { streamId, role: 'viewer', recover, isRelay: (address) => address === key.address }),
      greet(theirs, { streamId, role: 'relay', recover, sign: (hello) => Hello.sign(hello, key, domain) }),
    ])
    expect(peer).toMatchObject({ role: 'relay', address: key.address })
  })

  test('reaches the relay at the same address after the relay has started again', async () => {
    const certificate = create()
    const before = await start({ certificate })
    await closing.shift()?.()
    const after = await start({ certificate, port: before.stun.port })
    expect(after.address).toEqual(before.address)
    await channelsOf(join({ infoHash: after.infoHash, address: before.address }), 1)
  })

  test('frees its place when it leaves', async () => {
    const relay = await start()
    const viewer = join(relay)
    const [[channel]] = await Promise.all([channelsOf(relay.room, 1), channelsOf(viewer, 1)])
    expect(relay.calls.size).toBe(1)
    const closed = channel?.next('close')
    viewer.leave()
    await closed
    expect(relay.calls.size).toBe(0)
  })

  test('refuses a relay with another certificate', async () => {
    const { address, infoHash } = await start()
    const call = async (change: (sdp: string) => string) => {
      const half = await new Dialer({ wrtc: webRtc.wrtc }).offer(new AbortController().signal)
      const password = DirectCall.passwordIn(half.sdp)
      const user = DirectCall.toUser({ infoHash, peerId: randomInfoHash(), password })
      const sdp = change(DirectCall.answer({ address, user, offer: half.sdp }))
      return half.connect({ peerId: randomInfoHash(), sdp })
    }
    const channel = await call((sdp) => sdp)
    channel.close()
    const other = call((sdp) => sdp.replace(/^(a=fingerprint:sha-256) ..:..:/m, '$1 00:00:'))
    await expect(other).rejects.toThrow('The connection to the peer could not be made.')
  })
})

describe('a stranger', () => {
  test('gets no answer and no place if it does not know the certificate, or does not name a room of the relay', async () => {
    const relay = await start()
    const { check, send } = stranger(relay)
    const elsewhere = { infoHash: randomInfoHash(), peerId: randomInfoHash(), password: 'p'.repeat(24) }
    const answers = await send(
      checkPacket({ ...check, password: DirectCall.passwordOf(`0x${'00'.repeat(32)}`) }),
      checkPacket({ ...check, receiver: DirectCall.toUser(elsewhere) }),
      checkPacket({ ...check, receiver: 'abcdefgh' }),
      Buffer.alloc(1_200, 22),
    )
    expect(answers).toEqual([])
    expect(relay.calls.size).toBe(0)
  })

  test('cannot take more places for handshakes than one address is allowed to have', async () => {
    const relay = await start({ limits: { handshakesPerAddress: 3 } })
    const { check, send } = stranger(relay)
    const users = Array.from({ length: 20 }, () =>
      DirectCall.toUser({ infoHash: relay.infoHash, peerId: randomInfoHash(), password: 'p'.repeat(24) }),
    )
    await send(...users.map((receiver) => checkPacket({ ...check, receiver })))
    expect(relay.calls.size).toBe(3)
  })

  test('gets no place when the relay has already computed as many hashes as it allows in a second', async () => {
    const relay = await start({ limits: { hashesPerSecond: 0 } })
    const { check, send } = stranger(relay)
    await send(checkPacket(check))
    expect(relay.calls.size).toBe(0)
  })

  test('gets no place in a full room', async () => {
    const relay = await start({ maxChannels: 1 })
    await channelsOf(join(relay), 1)
    const { check, send } = stranger(relay)
    await send(checkPacket(check))
    expect(relay.calls.size).toBe(1)
  })
})

describe('a caller with several addresses', () => {
  test('gets an answer at each address', async () => {
    const relay = await start()
    const { check } = stranger(relay)
    // The relay keeps fewer than eight addresses of one caller at the same time.
    for (let count = 0; count < 8; count++) await stranger(relay).ask(checkPacket(check))
    expect(relay.calls.size).toBe(1)
  })
})
