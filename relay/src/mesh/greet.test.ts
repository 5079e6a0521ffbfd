import { Hello, StreamId, type typedData } from '@lp/contracts/protocol'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { connectPair, startWebRtc } from '../../testbeds/wrtc'
import { type GreetOptions, greet } from './greet'
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
const recover: GreetOptions['recover'] = (hello, signature) => Hello.recover(hello, signature, domain)
const signBy = (key: typedData.Signer) => (hello: Hello.Hello) => Hello.sign(hello, key, domain)

const viewer: GreetOptions = { streamId, role: 'viewer', recover, isRelay: (address) => address === relayKey.address }
const broadcaster: GreetOptions = { ...viewer, role: 'broadcaster', sign: signBy(streamKey) }
const relay: GreetOptions = { ...viewer, role: 'relay', sign: signBy(relayKey) }
const payerKey = newKey()
const payer: GreetOptions = { ...viewer, paymentKey: payerKey.address, sign: signBy(payerKey) }
const plainViewer = { role: 'viewer', address: undefined, paymentKey: undefined }

/** The identity that the peer `observer` records for the peer `seen`. The default observer is a viewer. */
async function identityOf(seen: GreetOptions, observer: GreetOptions = viewer) {
  const [ours, theirs] = await pair()
  const [peer] = await Promise.all([greet(ours, observer), greet(theirs, seen)])
  const { role, address, paymentKey } = peer
  return { role, address, paymentKey }
}

describe('greet', () => {
  test('accepts the role of a broadcaster with the stream key, and of a relay with its registered key', async () => {
    const paymentKey = undefined
    expect(await identityOf(broadcaster)).toEqual({ role: 'broadcaster', address: streamKey.address, paymentKey })
    expect(await identityOf(relay)).toEqual({ role: 'relay', address: relayKey.address, paymentKey })
  })

  test.each<[string, GreetOptions]>([
    ['a peer that states the role of a viewer', viewer],
    ['a peer that states the role of a relay and does not sign', { ...viewer, role: 'relay' }],
    ['a broadcaster with another key', { ...broadcaster, sign: signBy(newKey()) }],
    ['a relay with a key that is not registered', { ...relay, sign: signBy(newKey()) }],
    ['a relay that signed another role', { ...relay, sign: (hello) => signBy(relayKey)({ ...hello, role: 'viewer' }) }],
    ['a relay whose signature is malformed', { ...relay, sign: async () => `0x${'00'.repeat(65)}` }],
  ])('treats as a viewer: %s', async (_, seen) => {
    expect(await identityOf(seen)).toEqual(plainViewer)
  })

  test('accepts a payment key that signed the HELLO: the registered key of a relay, or the payment key of a viewer', async () => {
    expect(await identityOf({ ...relay, paymentKey: relayKey.address })).toEqual({
      ...{ role: 'relay', address: relayKey.address, paymentKey: relayKey.address.toLowerCase() },
    })
    expect(await identityOf(payer)).toEqual({ ...plainViewer, paymentKey: payerKey.address.toLowerCase() })
  })

  test('if a registered relay names the payment key of another party, ignores this key', async () => {
    expect(await identityOf({ ...relay, paymentKey: payerKey.address })).toEqual({
      ...{ role: 'relay', address: relayKey.address, paymentKey: undefined },
    })
  })

  test.each<[string, GreetOptions]>([
    [
      'of a relay with a key that is not registered',
      { ...relay, sign: signBy(newKey()), paymentKey: payerKey.address },
    ],
    [
      'of a relay that signed another payment key',
      {
        ...{ ...relay, paymentKey: payerKey.address },
        sign: (hello) => signBy(relayKey)({ ...hello, paymentKey: newKey().address }),
      },
    ],
    [
      'of a relay that signed no payment key',
      {
        ...{ ...relay, paymentKey: payerKey.address },
        sign: (hello) => signBy(relayKey)({ ...hello, paymentKey: undefined }),
      },
    ],
  ])('ignores the payment key %s', async (_, seen) => {
    expect(await identityOf(seen)).toEqual(plainViewer)
  })

  test.each<[string, GreetOptions]>([
    ['without a signature', { ...viewer, paymentKey: payerKey.address }],
    ['signed by another key', { ...payer, sign: signBy(newKey()) }],
    ['with a signature that names another payment key', { ...payer, paymentKey: newKey().address }],
    ['with a malformed signature', { ...payer, sign: async () => `0x${'00'.repeat(65)}` }],
    [
      'with a signature that names other capabilities',
      { ...payer, sign: (hello) => signBy(payerKey)({ ...hello, capabilities: 2n }) },
    ],
  ])('closes the channel to a viewer that names a payment key in a HELLO %s', async (_, seen) => {
    const [ours, theirs] = await pair()
    const closed = theirs.next('close')
    greet(theirs, seen).catch(() => undefined)
    await expect(greet(ours, viewer)).rejects.toThrow(expect.objectContaining({ name: 'greet.ForgedPaymentKeyError' }))
    await closed
  })

  test('detects a man in the middle that replaces the payment key in a HELLO', async () => {
    const [viewerEnd, middleEnd] = await pair()
    middleEnd.on('message', () => undefined)
    const hello = { streamId, role: 'viewer', capabilities: 0n } as const
    const signed = { ...hello, paymentKey: payerKey.address, connection: middleEnd.connection }
    const signature = await Hello.sign(signed, payerKey, domain)
    middleEnd.send(Wire.encode({ type: 'hello', version: 1, ...hello, paymentKey: newKey().address, signature }))
    await expect(greet(viewerEnd, viewer)).rejects.toThrow(
      'The peer names a payment key that has not signed its HELLO.',
    )
  })

  test('reads the capabilities of the peer, and ignores bits that have no name yet', async () => {
    const [ours, theirs] = await pair()
    const [peer, other] = await Promise.all([
      greet(ours, { ...viewer, capabilities: ['payments'] }),
      greet(theirs, viewer),
    ])
    expect([...other.capabilities]).toEqual(['payments'])
    expect([...peer.capabilities]).toEqual([])
    const [late, future] = await pair()
    future.send(Wire.encode({ type: 'hello', version: 1, role: 'viewer', streamId, capabilities: 2n ** 64n - 1n }))
    expect([...(await greet(late, viewer)).capabilities]).toEqual([
      'payments',
      'parts',
      'pieces',
      'introductions',
      'sealed',
    ])
  })

  test('ignores optional messages that it does not know, before and after HELLO', async () => {
    const [ours, theirs] = await pair()
    theirs.send(Uint8Array.of(0xff, 1, 2))
    const [peer, other] = await Promise.all([greet(ours, viewer), greet(theirs, viewer)])
    theirs.send(Uint8Array.of(0xfe))
    other.send({ type: 'cancel', requestId: 5 })
    expect(await peer.next('message')).toEqual([{ type: 'cancel', requestId: 5 }])
  })

  test('treats a relay as a viewer if `isRelay` is missing or fails', async () => {
    const { isRelay: _, ...ignorant } = viewer
    expect(await identityOf(relay, ignorant)).toEqual(plainViewer)
    const failing = { ...viewer, isRelay: () => Promise.reject(new Wire.UnknownTypeError({ tag: 0 })) }
    expect(await identityOf(relay, failing)).toEqual(plainViewer)
  })

  test('treats as a viewer: a man in the middle that forwards the messages of a relay', async () => {
    const [viewerEnd, middleEnd] = await pair()
    const [otherMiddleEnd, relayEnd] = await pair()
    middleEnd.on('message', (bytes) => otherMiddleEnd.send(bytes))
    otherMiddleEnd.on('message', (bytes) => middleEnd.send(bytes))
    const [peer] = await Promise.all([greet(viewerEnd, viewer), greet(relayEnd, relay)])
    expect(peer.role).toBe('viewer')
    expect(peer.address).toBeUndefined()
  })

  test('closes the channel to a peer that sends nothing', async () => {
    const [ours, theirs] = await pair()
    const closed = theirs.next('close')
    await expect(greet(ours, { ...viewer, helloTimeoutMs: 50 })).rejects.toThrow('The peer did not send HELLO in time.')
    await closed
  })

  test.each<[string, Uint8Array, string]>([
    ['a malformed HELLO', Uint8Array.of(1, 2, 3), 'Peer.GoneError'],
    [
      'another message before HELLO',
      Wire.encode({ type: 'begin', sequenceNumber: 0n, startTimeMs: 0n }),
      'Peer.UnexpectedMessageError',
    ],
    [
      'a HELLO of another stream',
      Wire.encode({ type: 'hello', version: 1, role: 'viewer', streamId: `0x${'01'.repeat(32)}`, capabilities: 0n }),
      'greet.WrongStreamError',
    ],
  ])('refuses %s and closes the channel', async (_, bytes, name) => {
    const [ours, theirs] = await pair()
    theirs.send(bytes)
    const closed = theirs.next('close')
    await expect(greet(ours, viewer)).rejects.toThrow(expect.objectContaining({ name }))
    expect(ours.closed).toBe(true)
    await closed
  })

  test('fails immediately on a closed channel', async () => {
    const [ours] = await pair()
    ours.close()
    await expect(greet(ours, viewer)).rejects.toThrow('The peer has gone.')
  })
})
