import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Gateway, openNeighbourhood, untilHaves, untilPeers } from '../../testbeds/mesh'
import { startTurnServer } from '../../testbeds/turn'
import { createNodeTransport, randomInfoHash, startTracker, startWebRtc } from '../../testbeds/wrtc'
import type { Wrtc } from '../mesh/webrtc'

const webRtc = startWebRtc()
const { RTCPeerConnection } = webRtc.wrtc as { RTCPeerConnection: typeof globalThis.RTCPeerConnection }
/** A connection that can reach another peer only through TURN. */
class RelayedConnection extends RTCPeerConnection {
  constructor(config: RTCConfiguration) {
    super({ ...config, iceTransportPolicy: 'relay' })
  }
}
const relayed = { wrtc: { ...(webRtc.wrtc as object), RTCPeerConnection: RelayedConnection } as Wrtc }

let turn: Awaited<ReturnType<typeof startTurnServer>>
beforeAll(async () => {
  turn = await startTurnServer()
})
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
afterAll(async () => {
  await turn.close()
  webRtc.cleanup()
})

test('two peers that reach each other only through a TURN server exchange a segment', async () => {
  const neighbourhood = await openNeighbourhood(relayed, { iceServers: [turn.iceServer] })
  closing.push(() => neighbourhood.close())
  const [ours, theirs] = [neighbourhood.join(), neighbourhood.join()]
  await Promise.all([untilPeers(ours, 1), untilPeers(theirs, 1)])
  const held = await neighbourhood.segment(0)
  theirs.mesh.offer(held)
  await untilHaves(ours, 1)
  const { from, payload } = await ours.mesh.fetch(new Gateway().request(held))
  expect(from).toBe('peer')
  expect(Buffer.from(payload.data).equals(held.data)).toBe(true)
})

test.each([
  ['refuses the credential', () => ({ ...turn.iceServer, credential: 'another secret' })],
  ['has an address that cannot be parsed', () => ({ ...turn.iceServer, urls: 'turn:::' })],
])('if the TURN server %s, the peers get no channel, and no fault contains the credential', async (_, serverOf) => {
  const tracker = await startTracker()
  closing.push(tracker.close)
  const iceServer = serverOf()
  const infoHash = randomInfoHash()
  const rooms = [0, 1].map(() =>
    createNodeTransport(relayed, { iceServers: [iceServer] }).join({ infoHash, trackers: [tracker.url] }),
  )
  closing.push(() => {
    for (const room of rooms) room.leave()
  })
  const [fault] = await Promise.race(rooms.map((room) => room.next('fault')))
  expect(fault.name).toBe('Transport.ConnectError')
  for (let error: unknown = fault; error instanceof Error; error = error.cause)
    for (const secret of [iceServer.credential, encodeURIComponent(iceServer.credential)])
      expect(`${error.message} ${error.stack}`).not.toContain(secret)
  for (const { channels } of rooms) expect(channels.size).toBe(0)
})
