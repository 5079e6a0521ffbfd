import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Hello } from '@lp/contracts/protocol'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { drainBytes, MessageTooLargeError, maxBufferedBytes, maxMessageBytes } from './Transport'
import type { BinarySocket } from './WebSocketChannel'
import { type OpenOptions, openChannel } from './webSocket'

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
const sockets: WebSocket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate()
})
afterAll(() => void server.close())

/** Both ends of a WebSocket. The first end is already open, the second end is connecting. */
async function socketPair(): Promise<[WebSocket, WebSocket]> {
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const [accepted] = (await once(server, 'connection')) as [WebSocket]
  sockets.push(client, accepted)
  accepted.on('error', () => {})
  client.on('error', () => {})
  return [accepted, client]
}

const serviceUri = 'https://relay.example'
const open = (socket: WebSocket, options: Partial<OpenOptions> = {}) =>
  openChannel(socket as BinarySocket, { serviceUri, ...options })

async function pair(options: Partial<OpenOptions> = {}) {
  const [accepted, client] = await socketPair()
  const [ours, theirs] = await Promise.all([open(accepted, options), open(client, options)])
  return { ours, theirs, accepted, client }
}

/** A channel to a peer that sends a nonce, and then obeys none of our rules. */
async function connectToStranger(options: Partial<OpenOptions> = {}) {
  const [accepted, stranger] = await socketPair()
  const opening = open(accepted, options)
  await once(stranger, 'open')
  stranger.send(new Uint8Array(32).fill(7))
  return { channel: await opening, stranger }
}

describe('openChannel', () => {
  test('gives both ends the same two nonces and the same relay address, and makes new nonces for each connection', async () => {
    const [first, second] = [await pair(), await pair()]
    expect(first.ours.connection).toEqual(Hello.otherEnd(first.theirs.connection))
    expect(first.ours.connection).toMatchObject({ serviceUri })
    const nonces = [first, second].flatMap(({ ours }) => Object.values(ours.connection).slice(0, 2))
    expect(new Set(nonces).size).toBe(4)
  })

  test.each<[string, string | Uint8Array]>([
    ['a text of 32 bytes', 'x'.repeat(32)],
    ['31 bytes', new Uint8Array(31)],
    ['33 bytes', new Uint8Array(33)],
    ['an empty text', ''],
  ])('refuses a peer whose first message is %s', async (_, first) => {
    const [accepted, stranger] = await socketPair()
    const refused = expect(open(accepted)).rejects.toThrow('Cause: the first message is not a nonce')
    const closed = once(stranger, 'close')
    await once(stranger, 'open')
    stranger.send(first)
    await Promise.all([refused, closed])
  })

  test('refuses a peer that repeats our nonce, because such a peer could also repeat our HELLO', async () => {
    const [accepted, stranger] = await socketPair()
    stranger.on('message', (data) => stranger.send(data))
    await expect(open(accepted)).rejects.toThrow('Cause: the other end repeats our nonce')
  })

  test('gives up after the time limit, when the signal aborts, and when the peer leaves', async () => {
    const [[silent], [aborted], [left, leaving]] = [await socketPair(), await socketPair(), await socketPair()]
    await expect(open(silent, { openTimeoutMs: 20 })).rejects.toThrow('Cause: the other end sent no nonce in time')
    await expect(open(aborted, { signal: AbortSignal.abort() })).rejects.toThrow('Cause: the attempt was ended')
    const opening = open(left)
    leaving.close()
    await expect(opening).rejects.toThrow('The connection to the peer could not be made.')
    await expect(open(left)).rejects.toThrow('Cause: the connection is closed')
  })
})

describe('a channel', () => {
  test('delivers whole messages in order, also the messages that arrived before the first listener was added', async () => {
    const { ours, theirs } = await pair()
    const lengths = [0, 1, 1_000, maxMessageBytes, 3]
    for (const length of lengths) theirs.send(new Uint8Array(length).fill(length))
    const heard: number[] = []
    await new Promise<void>((resolve) => {
      ours.on('message', (bytes) => {
        heard.push(bytes.length)
        if (heard.length === lengths.length) resolve()
      })
    })
    expect(heard).toEqual(lengths)
    expect(() => ours.send(new Uint8Array(maxMessageBytes + 1))).toThrow(MessageTooLargeError)
    expect(ours.closed).toBe(false)
  })

  test.each<[string, string, (stranger: WebSocket) => void]>([
    ['sends a text message', 'Transport.TextMessageError', (stranger) => stranger.send('text')],
    [
      'sends a message that is too large',
      'Transport.MessageTooLargeError',
      (stranger) => stranger.send(new Uint8Array(maxMessageBytes + 1)),
    ],
    ['breaks the connection', 'Transport.ConnectionLostError', (stranger) => stranger.terminate()],
  ])('closes when the peer %s', async (_, name, act) => {
    const { channel, stranger } = await connectToStranger()
    channel.on('message', () => {})
    act(stranger)
    expect((await channel.next('close'))[0]?.name).toBe(name)
  })

  test('closes when many messages arrive before the first listener is added', async () => {
    const { channel, stranger } = await connectToStranger()
    for (let count = 0; count < 100; count++) stranger.send(new Uint8Array(1))
    expect((await channel.next('close'))[0]?.name).toBe('WebSocketChannel.ImpatientPeerError')
  })

  test('counts the bytes that a slow peer has not read, emits `drain` when the peer has read them, and closes at the limit', async () => {
    const { ours, client } = await pair()
    client.pause()
    const message = new Uint8Array(maxMessageBytes)
    while (ours.bufferedAmount <= drainBytes) ours.send(message)
    client.resume()
    await ours.next('drain')
    expect(ours.bufferedAmount).toBe(0)

    client.pause()
    const closed = ours.next('close')
    while (!ours.closed) ours.send(message)
    expect((await closed)[0]?.name).toBe('Transport.SlowPeerError')
    expect(String((await closed)[0]?.message)).toContain(`Allowed: ${maxBufferedBytes}`)
    ours.send(message)
    expect(ours.bufferedAmount).toBe(0)
  })

  test('closes once, and tells the peer whether there was a fault', async () => {
    for (const reason of [undefined, new MessageTooLargeError({ bytes: 1 })]) {
      const { ours, theirs } = await pair()
      let closings = 0
      ours.on('close', () => closings++)
      const noticed = theirs.next('close')
      ours.close(reason)
      ours.close()
      ours.send(new Uint8Array(1))
      expect((await noticed)[0]?.name).toBe(reason && 'Transport.ConnectionLostError')
      expect(closings).toBe(1)
    }
  })

  test('stays open while the ends send only `alive`, and closes when the peer sends nothing', async () => {
    // On a busy machine, a timer of 20 ms can be late by hundreds of milliseconds.
    const watch = { aliveMs: 20, silenceMs: 600 }
    const { ours } = await pair({ watch })
    for (let heard = 0; heard < 45; heard++) expect(await ours.next('message')).toEqual([Uint8Array.of(0x90)])
    expect(ours.closed).toBe(false)
    const { channel } = await connectToStranger({ watch })
    expect((await channel.next('close'))[0]?.name).toBe('WebSocketChannel.SilentPeerError')
  })
})
