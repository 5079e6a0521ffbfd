import { on, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws'
import { randomInfoHash } from '../../testbeds/wrtc'
import { WebSocket } from '../node/wrtc'
import { Signaling } from './signaling'
import { maxTrackerMessageBytes } from './trackerMessage'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A tracker that the test controls. */
async function startControlledTracker(port = 0) {
  const server = new WebSocketServer({ host: '127.0.0.1', port })
  await once(server, 'listening')
  const close = () => {
    for (const client of server.clients) client.terminate()
    server.close()
  }
  closing.push(close)
  const { port: actualPort } = server.address() as AddressInfo
  const nextClient = async () => (await once(server, 'connection'))[0] as ServerSocket
  return { url: `ws://127.0.0.1:${actualPort}`, port: actualPort, nextClient, close }
}

function signal(url: string) {
  const signaling = new Signaling({ url, infoHash: randomInfoHash(), peerId: randomInfoHash(), WebSocket })
  closing.push(() => signaling.close())
  return signaling
}

/** Reads the messages that the tracker receives from this client, one by one. */
function reader(client: ServerSocket) {
  const messages = on(client, 'message')
  return async () => JSON.parse(String((await messages.next()).value[0]))
}

describe('signaling', () => {
  test('reports a message that it cannot read, and reads the next message', async () => {
    const tracker = await startControlledTracker()
    const signaling = signal(tracker.url)
    const [client] = await Promise.all([tracker.nextClient(), signaling.next('up')])
    const fault = signaling.next('fault')
    client.send('nonsense')
    expect((await fault)[0].name).toBe('Signaling.TrackerMessageError')
    const message = signaling.next('message')
    client.send(JSON.stringify({ 'failure reason': 'not you' }))
    expect(await message).toEqual([{ type: 'failure', reason: 'not you' }])
  })

  test('disconnects from a tracker that sends a message that is too long, and connects again', async () => {
    const tracker = await startControlledTracker()
    const signaling = signal(tracker.url)
    const [client] = await Promise.all([tracker.nextClient(), signaling.next('up')])
    const down = signaling.next('down')
    client.send('x'.repeat(maxTrackerMessageBytes + 1))
    expect((await down)[0].name).toBe('Signaling.UnreachableError')
    await Promise.all([tracker.nextClient(), signaling.next('up')])
  })

  test('connects again to a tracker that was down, and first sends `stopped` for its old connection', async () => {
    const tracker = await startControlledTracker()
    const signaling = signal(tracker.url)
    signaling.on('up', () => signaling.announce({ event: 'started' }))
    const first = reader(await tracker.nextClient())
    expect(await first()).toMatchObject({ action: 'announce', event: 'started' })
    const down = signaling.next('down')
    tracker.close()
    await down
    expect(signaling.up).toBe(false)
    signaling.announce({})

    const again = await startControlledTracker(tracker.port)
    const second = reader(await again.nextClient())
    expect(await second()).toMatchObject({ event: 'stopped' })
    expect(await second()).toMatchObject({ event: 'started' })
  })

  test('when it is closed, tells the tracker that we leave, and does not connect again', async () => {
    const tracker = await startControlledTracker()
    const signaling = signal(tracker.url)
    const [client] = await Promise.all([tracker.nextClient(), signaling.next('up')])
    const [message] = await Promise.all([reader(client)(), once(client, 'close'), signaling.close()])
    expect(message).toMatchObject({ event: 'stopped' })
    expect(signaling.up).toBe(false)
  })
})
