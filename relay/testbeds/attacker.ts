import { Hello, StreamId } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { greet } from '../src/mesh/greet'
import type { Peer } from '../src/mesh/Peer'
import type { Room } from '../src/mesh/Transport'
import type * as Wire from '../src/mesh/wire'
import type { NodeWebRtc } from '../src/node/wrtc'
import { domain, type TestStream } from './TestStream'
import { type TestRelay, trackerOf } from './viewer'
import { createNodeTransport } from './wrtc'

export type Attacker = {
  readonly id: Hex
  readonly room: Room
  /** The viewers that are connected to the attacker. */
  readonly peers: ReadonlySet<Peer>
  /** Sends a message to all `peers`. */
  tell(message: Wire.Message): void
  /** Resolves when the attacker is connected to this many viewers. */
  untilPeers(count: number): Promise<void>
}

export type Behaviour = (peer: Peer, message: Wire.Message | undefined) => void

/**
 * Joins the viewers' mesh of a stream. The attacker tells each viewer that the attacker follows the source and has a large uplink. Calls
 * `act` when a viewer connects (without a message), and with each message of a viewer.
 */
export function joinAttacker(
  { streamId }: Pick<TestStream, 'streamId'>,
  { relay, webRtc, act = () => {} }: { relay: TestRelay; webRtc: NodeWebRtc; act?: Behaviour },
): Attacker {
  const transport = createNodeTransport(webRtc)
  const room = transport.join({
    infoHash: StreamId.infoHash(streamId),
    trackers: [trackerOf(relay)],
    announceIntervalMs: { searching: 300, satisfied: 1_000 },
  })
  const peers = new Set<Peer>()
  const waiting = new Set<() => void>()
  room.on('channel', async (channel) => {
    const recover = (hello: Hello.Hello, signature: Hex) => Hello.recover(hello, signature, domain)
    const greeting = { streamId, role: 'viewer', capabilities: ['pieces'], recover } as const
    const peer = await greet(channel, greeting).catch(() => undefined)
    if (!peer) return
    peers.add(peer)
    peer.on('close', () => peers.delete(peer))
    peer.send({ type: 'follow', levels: [{ streamId, stripes: 0 }], weight: 4 })
    act(peer, undefined)
    peer.on('message', (message) => act(peer, message))
    for (const wake of [...waiting]) wake()
  })
  return {
    id: transport.peerId,
    room,
    peers,
    tell(message) {
      for (const peer of peers) peer.send(message)
    },
    async untilPeers(count) {
      while (peers.size < count)
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake)
            resolve()
          }
          waiting.add(wake)
        })
    },
  }
}
