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

const domain: typedData.Domain = { chainId: 31337, jobsManager: '0x00000000000000000000000000000000000000aa' }
const streamKey = privateKeyToAccount(generatePrivateKey())
const streamId = StreamId.random(streamKey.address)
const recover: GreetOptions['recover'] = (hello, signature) => Hello.recover(hello, signature, domain)
const viewer: GreetOptions = { streamId, role: 'viewer', recover }
const broadcaster: GreetOptions = {
  ...{ ...viewer, role: 'broadcaster' },
  sign: (hello) => Hello.sign(hello, streamKey, domain),
}

describe('a peer', () => {
  const greeted = async (options: Partial<GreetOptions> = {}) => {
    const [ours, theirs] = await connectPair(webRtc)
    open.push(ours, theirs)
    return Promise.all([greet(ours, { ...viewer, ...options }), greet(theirs, broadcaster)])
  }

  test('keeps the messages that arrived before the first listener was added, in order', async () => {
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

  test('is disconnected after a malformed message, a second HELLO, a flood, or an error in a listener, and `close` names the reason', async () => {
    const begin = Wire.encode({ type: 'begin', sequenceNumber: 0n, startTimeMs: 0n })
    const hello = Wire.encode({ type: 'hello', version: 1, role: 'viewer', streamId, capabilities: 0n })
    const cases: [string, Uint8Array[]][] = [
      ['Wire.UnknownTypeError', [Uint8Array.of(0x7f)]],
      ['Peer.UnexpectedMessageError', [hello]],
      ['Peer.FloodError', Array.from({ length: 30 }, () => begin)],
      ['Peer.FloodError', Array.from({ length: 30 }, () => Uint8Array.of(0xff))],
      ['Peer.FloodError', [new Uint8Array(3_000).fill(0xff)]],
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

  test.each([
    ['messages', 1_100, 1],
    ['bytes', 30, Wire.maxDataBytes],
  ])('is disconnected after too many %s that no listener has received yet', async (_, count, bytes) => {
    const [ours, theirs] = await connectPair(webRtc)
    open.push(ours, theirs)
    // The check of the peer's HELLO does not end before the channel closes.
    const closed = ours.next('close')
    const recover = () => closed.then(() => undefined)
    const greeting = expect(greet(ours, { ...viewer, recover })).rejects.toThrow('The peer has gone.')
    const peer = await greet(theirs, broadcaster)
    const data = new Uint8Array(bytes)
    for (let offset = 0; offset < count; offset++) peer.send({ type: 'bytes', sequenceNumber: 0n, offset, data })
    expect((await closed)[0]?.name).toBe('Peer.QueueFullError')
    await greeting
  })

  test('is disconnected after too many bytes, even in few messages', async () => {
    const [ours, theirs] = await greeted({ limits: { messagesPerSecond: 1_000, bytesPerSecond: 50_000 } })
    ours.on('message', () => {})
    const data = new Uint8Array(Wire.maxDataBytes)
    for (let offset = 0; offset < 3; offset++) theirs.send({ type: 'bytes', sequenceNumber: 0n, offset, data })
    const [reason] = await ours.next('close')
    expect(reason?.name).toBe('Peer.FloodError')
  })

  test('resolves `ready` when the channel has drained, and rejects `ready` when the peer has left', async () => {
    const [ours, theirs] = await greeted()
    const data = new Uint8Array(Wire.maxDataBytes)
    let received = 0
    ours.on('message', () => received++)
    // The channel drains in a thread of its own, also while this loop sends.
    for (let offset = 0; theirs.channel.bufferedAmount <= 1024 * 1024; offset++)
      theirs.send({ type: 'bytes', sequenceNumber: 0n, offset, data })
    await theirs.ready()
    expect(theirs.channel.bufferedAmount).toBeLessThanOrEqual(1024 * 1024)
    // So much data that the channel cannot drain before the other side has closed it.
    for (let offset = 0; offset < 2_000; offset++) theirs.send({ type: 'bytes', sequenceNumber: 0n, offset, data })
    const waiting = theirs.ready()
    ours.close()
    await expect(waiting).rejects.toThrow('The peer has gone.')
    expect(received).toBeGreaterThan(0)
    theirs.send({ type: 'bytes', sequenceNumber: 0n, offset: 0, data })
  })

  test('also calls a `close` listener that is added after the channel has closed, with the reason', async () => {
    const [ours] = await greeted()
    let early = 0
    ours.on('close', () => early++)
    ours.close(new Wire.UnknownTypeError({ tag: 9 }))
    expect((await ours.next('close'))[0]?.name).toBe('Wire.UnknownTypeError')
    expect(early).toBe(1)
  })
})
