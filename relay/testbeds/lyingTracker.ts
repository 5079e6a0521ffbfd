import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Hex } from 'viem'
import { hexToBytes } from 'viem'
import { WebSocketServer } from 'ws'
import type { Channel } from '../src/mesh/Transport'
import { Dialer } from '../src/mesh/webrtc'
import type { NodeWebRtc } from '../src/node/wrtc'
import { randomInfoHash } from './wrtc'

/** Starts a tracker that sends invalid messages. Its own peers answer each offer, open a channel and stay silent. */
export async function startLyingTracker({ wrtc }: NodeWebRtc) {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  const dialer = new Dialer({ wrtc })
  const abort = new AbortController()
  const channels: Channel[] = []
  const binary = (hex: Hex) => String.fromCharCode(...hexToBytes(hex))

  async function answer(sdp: string): Promise<{ peer_id: string; answer: object }> {
    const peerId = randomInfoHash()
    const { sdp: text, channel } = await dialer.answer({ peerId: randomInfoHash(), sdp }, abort.signal)
    channel.then(
      (open) => channels.push(open),
      () => undefined,
    )
    return { peer_id: binary(peerId), answer: { type: 'answer', sdp: text } }
  }

  sockets.on('connection', (socket) => {
    socket.on('message', async (data) => {
      const { info_hash, offers = [] } = JSON.parse(String(data))
      for (const garbage of ['', '{', 'null', '{"action":"announce"}', 'x'.repeat(1_000)]) socket.send(garbage)
      const reply = (fields: object) => socket.send(JSON.stringify({ action: 'announce', info_hash, ...fields }))
      reply({ interval: 1, complete: 0, incomplete: 1_000 })
      for (const { offer_id, offer } of offers) reply({ offer_id, ...(await answer(offer.sdp)) })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The channels of the tracker's own peers. */
    channels,
    close() {
      abort.abort()
      for (const channel of channels) channel.close()
      for (const socket of sockets.clients) socket.terminate()
      server.close()
    },
  }
}
