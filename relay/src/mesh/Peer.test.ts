import { Hello, StreamId, type typedData } from '@lp/contracts/protocol'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { connectPair, startWebRtc } from '../../testbeds/wrtc'
import { greet, type PeerOptions } from './Peer'
import type { Channel } from './Transport'
import * as Wire from './wire'

const webRtc = startWebRtc()
const open: Channel[] = []
afterEach(() => {
  for (const channel of open.splice(0)) channel.close()
})
afterAll(() => webRtc.cleanup())

async function pair() {
  const channels = await connectPair(webRtc)
  open.push(...channels)
  return channels
}

const domain: typedData.Domain = { chainId: 31337, jobsManager: '0x00000000000000000000000000000000000000aa' }
const newKey = () => privateKeyToAccount(generatePrivateKey())
const streamKey = newKey()
const relayKey = newKey()
const streamId = StreamId.random(streamKey.address)
const recover: PeerOptions['recover'] = (hello, signature) => Hello.recover(hello, signature, domain)
const signBy = (key: typedData.Signer) => (hello: Hello.Hello) => Hello.sign(hello, key, domain)

const viewer: PeerOptions = { streamId, role: 'viewer', recover, isRelay: (address) => address === relayKey.address }
const broadcaster: PeerOptions = { ...viewer, role: 'broadcaster', sign: signBy(streamKey) }
const relay: PeerOptions = { ...viewer, role: 'relay', sign: signBy(relayKey) }

/** How `seen` looks to a viewer. */
async function seenByViewer(seen: PeerOptions, eyes: PeerOptions = viewer) {
  const [ours, theirs] = await pair()
  const [peer] = await Promise.all([greet(ours, eyes), greet(theirs, seen)])
  return { role: peer.role, address: peer.address }
}

describe('greet', () => {
  test('proves a broadcaster by the stream key and a relay by its registered key', async () => {
    expect(await seenByViewer(broadcaster)).toEqual({ role: 'broadcaster', address: streamKey.address })
    expect(await seenByViewer(relay)).toEqual({ role: 'relay', address: relayKey.address })
  })

  test.each<[string, PeerOptions]>([
    ['who claims nothing', viewer],
    ['who claims and does not sign', { ...viewer, role: 'relay' }],
    ['a broadcaster with another key', { ...broadcaster, sign: signBy(newKey()) }],
    ['a relay with a key that is not registered', { ...relay, sign: signBy(newKey()) }],
    ['a relay that signed another role', { ...relay, sign: (hello) => signBy(relayKey)({ ...hello, role: 'viewer' }) }],
    ['a signature that is none', { ...relay, sign: async () => `0x${'00'.repeat(65)}` }],
  ])('takes for a viewer: %s', async (_, seen) => {
    expect(await seenByViewer(seen)).toEqual({ role: 'viewer', address: undefined })
  })

  test('believes no relay without knowing the relays, nor when that cannot be asked', async () => {
    const { isRelay: _, ...ignorant } = viewer
    expect(await seenByViewer(relay, ignorant)).toEqual({ role: 'viewer', address: undefined })
    const cutOff = { ...viewer, isRelay: () => Promise.reject(new Wire.UnknownTypeError({ tag: 0 })) }
    expect(await seenByViewer(relay, cutOff)).toEqual({ role: 'viewer', address: undefined })
  })

  test('does not believe a man in the middle who passes on what others say', async () => {
    const [viewerEnd, middleEnd] = await pair()
    const [otherMiddleEnd, relayEnd] = await pair()
    middleEnd.on('message', (bytes) => otherMiddleEnd.send(bytes))
    otherMiddleEnd.on('message', (bytes) => middleEnd.send(bytes))
    const [peer] = await Promise.all([greet(viewerEnd, viewer), greet(relayEnd, relay)])
    expect(peer.role).toBe('viewer')
    expect(peer.address).toBeUndefined()
  })

  test('gives up on who says nothing', async () => {
    const [ours, theirs] = await pair()
    const closed = theirs.next('close')
    await expect(greet(ours, { ...viewer, helloTimeoutMs: 50 })).rejects.toThrow('The peer did not say who it is.')
    await closed
  })

  test.each<[string, Uint8Array, string]>([
    ['garbage', Uint8Array.of(1, 2, 3), 'Peer.GoneError'],
    [
      'another message first',
      Wire.encode({ type: 'begin', sequenceNumber: 0n, startTimeMs: 0n }),
      'Peer.UnexpectedMessageError',
    ],
    [
      'another stream',
      Wire.encode({ type: 'hello', version: 1, role: 'viewer', streamId: `0x${'01'.repeat(32)}` }),
      'Peer.WrongStreamError',
    ],
  ])('refuses %s and hangs up', async (_, bytes, name) => {
    const [ours, theirs] = await pair()
    theirs.send(bytes)
    const closed = theirs.next('close')
    await expect(greet(ours, viewer)).rejects.toThrow(expect.objectContaining({ name }))
    expect(ours.closed).toBe(true)
    await closed
  })

  test('fails at once on a channel that has closed', async () => {
    const [ours] = await pair()
    ours.close()
    await expect(greet(ours, viewer)).rejects.toThrow('The peer has gone.')
  })
})

describe('a peer', () => {
  const greeted = async (options: Partial<PeerOptions> = {}) => {
    const [ours, theirs] = await pair()
    return Promise.all([greet(ours, { ...viewer, ...options }), greet(theirs, broadcaster)])
  }

  test('keeps what was said before anyone listened, in order', async () => {
    const [ours, theirs] = await greeted()
    const numbers = Array.from({ length: 100 }, (_, index) => BigInt(index))
    for (const sequenceNumber of numbers) theirs.send({ type: 'begin', sequenceNumber, startTimeMs: 0n })
    const answered = theirs.next('message')
    ours.send({ type: 'begin', sequenceNumber: 0n, startTimeMs: 0n })
    await answered
    const heard: bigint[] = []
    await new Promise<void>((resolve) => {
      ours.on('message', (message) => {
        if (message.type !== 'begin') return
        heard.push(message.sequenceNumber)
        if (heard.length === numbers.length) resolve()
      })
    })
    expect(heard).toEqual(numbers)
  })

  test('is cut off, with the reason, for garbage, a second HELLO, a flood, and what a listener throws', async () => {
    const begin = Wire.encode({ type: 'begin', sequenceNumber: 0n, startTimeMs: 0n })
    const hello = Wire.encode({ type: 'hello', version: 1, role: 'viewer', streamId })
    const cases: [string, Uint8Array[]][] = [
      ['Wire.UnknownTypeError', [Uint8Array.of(0xff)]],
      ['Peer.UnexpectedMessageError', [hello]],
      ['Peer.FloodError', Array.from({ length: 30 }, () => begin)],
      ['Peer.UnhandledMessageError', [begin]],
    ]
    for (const [name, said] of cases) {
      const [ours, theirs] = await greeted({ limits: { messagesPerSecond: 10, bytesPerSecond: 1_000 } })
      ours.on('message', () => {
        if (name === 'Peer.UnhandledMessageError') throw new Wire.UnknownTypeError({ tag: 0 })
      })
      for (const bytes of said) theirs.channel.send(bytes)
      const [[reason]] = await Promise.all([ours.next('close'), theirs.next('close')])
      expect(reason?.name).toBe(name)
    }
  })

  test('is flooded by bytes as well as by messages', async () => {
    const [ours, theirs] = await greeted({ limits: { messagesPerSecond: 1_000, bytesPerSecond: 50_000 } })
    ours.on('message', () => {})
    const data = new Uint8Array(Wire.maxDataBytes)
    for (let offset = 0; offset < 3; offset++) theirs.send({ type: 'bytes', sequenceNumber: 0n, offset, data })
    const [reason] = await ours.next('close')
    expect(reason?.name).toBe('Peer.FloodError')
  })

  test('is ready when its channel has drained, and rejects when it has gone', async () => {
    const [ours, theirs] = await greeted()
    const data = new Uint8Array(Wire.maxDataBytes)
    let received = 0
    ours.on('message', () => received++)
    for (let offset = 0; offset < 100; offset++) theirs.send({ type: 'bytes', sequenceNumber: 0n, offset, data })
    expect(theirs.channel.bufferedAmount).toBeGreaterThan(1024 * 1024)
    await theirs.ready()
    expect(theirs.channel.bufferedAmount).toBeLessThanOrEqual(1024 * 1024)
    for (let offset = 0; offset < 100; offset++) theirs.send({ type: 'bytes', sequenceNumber: 0n, offset, data })
    const waiting = theirs.ready()
    ours.close()
    await expect(waiting).rejects.toThrow('The peer has gone.')
    expect(received).toBeGreaterThan(0)
    theirs.send({ type: 'bytes', sequenceNumber: 0n, offset: 0, data })
  })

  test('tells who listens late that it has closed, and why', async () => {
    const [ours] = await greeted()
    let early = 0
    ours.on('close', () => early++)
    ours.close(new Wire.UnknownTypeError({ tag: 9 }))
    expect((await ours.next('close'))[0]?.name).toBe('Wire.UnknownTypeError')
    expect(early).toBe(1)
  })
})
