import { Hello, PayloadTree, Segment, StreamId, type typedData } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { type GreetOptions, greet } from '../src/mesh/greet'
import { Mesh, type MeshOptions } from '../src/mesh/Mesh'
import type { Peer } from '../src/mesh/Peer'
import type { Held } from '../src/mesh/SegmentStore'
import type { Room } from '../src/mesh/Transport'
import type { NodeWebRtc } from '../src/node/wrtc'
import { randomBytes, randomFrom } from './fuzz'
import { createNodeTransport, startTracker } from './wrtc'

export const domain: typedData.Domain = { chainId: 31337, jobsManager: '0x00000000000000000000000000000000000000aa' }
const announceIntervalMs = { searching: 300, satisfied: 1_000 }

export type Member = { mesh: Mesh; room: Room; id: Hex; bans: string[]; haves: number }

/** Default: the tracker of the neighbourhood, 16 wanted channels, and a random peer id. */
type Entry = {
  wantedChannels?: number | undefined
  trackers?: readonly string[] | undefined
  peerId?: Hex | undefined
}
type JoinOptions = Partial<MeshOptions> & { hello?: Partial<GreetOptions> } & Entry

/** Starts a real tracker for the peers of one stream. Connections and signatures are real, too. */
export async function openNeighbourhood(
  webRtc: Pick<NodeWebRtc, 'wrtc'>,
  { iceServers = [] }: { iceServers?: readonly RTCIceServer[] } = {},
) {
  const tracker = await startTracker()
  const rooms: Room[] = []
  const streamKey = privateKeyToAccount(generatePrivateKey())
  const relayKey = privateKeyToAccount(generatePrivateKey())
  const streamId = StreamId.random(streamKey.address)
  const greeting: MeshOptions['greeting'] = {
    streamId,
    role: 'viewer',
    recover: (hello, signature) => Hello.recover(hello, signature, domain),
    isRelay: (address) => address === relayKey.address,
  }
  const random = randomFrom(7)

  const enterRoom = ({ wantedChannels = 16, trackers = [tracker.url], peerId }: Entry) => {
    const transport = createNodeTransport(webRtc, { iceServers, peerId })
    const infoHash = StreamId.infoHash(streamId)
    const room = transport.join({ infoHash, trackers, announceIntervalMs, wantedChannels })
    rooms.push(room)
    return { room, id: transport.peerId }
  }

  return {
    streamId,
    streamKey,
    tracker,
    relayAddress: relayKey.address,
    asRelay: {
      role: 'relay',
      sign: (hello) => Hello.sign(hello, relayKey, domain),
    } satisfies Partial<GreetOptions>,

    /** A segment of the source with a random payload. */
    async segment(sequenceNumber: number, bytes = 200_000): Promise<Held> {
      const data = randomBytes(random, bytes)
      const times = { startTimeMs: BigInt(sequenceNumber) * 2_000n, durationMs: 2_000 }
      const header = { streamId, sequenceNumber: BigInt(sequenceNumber), ...times }
      const segment = await Segment.sign({ ...header, dataHash: await PayloadTree.hash(data) }, streamKey, domain)
      return { segment, data }
    },

    /** Adds a viewer. With `hello: asRelay`, adds a relay. */
    join({ hello = {}, wantedChannels, trackers, peerId, ...options }: JoinOptions = {}): Member {
      const { room, id } = enterRoom({ wantedChannels, trackers, peerId })
      const verify = Segment.verifyPayload
      const mesh = new Mesh({ room, selfId: id, greeting: { ...greeting, ...hello }, verify, ...options })
      const member: Member = { mesh, room, id, bans: [], haves: 0 }
      mesh.on('banned', ({ name }) => member.bans.push(name))
      mesh.on('have', () => {
        member.haves++
      })
      return member
    },

    /** Adds a peer without a mesh. When another peer has sent HELLO to the added peer, calls `act` with this other peer. */
    stranger(act: (peer: Peer) => void, { trackers, ...hello }: Partial<GreetOptions> & Entry = {}) {
      const { room, id } = enterRoom({ trackers })
      room.on('channel', (channel) => {
        greet(channel, { ...greeting, ...hello }).then(act, () => undefined)
      })
      return { room, id }
    },

    async close() {
      for (const room of rooms) room.leave()
      await tracker.close()
    },
  }
}
export type Neighbourhood = Awaited<ReturnType<typeof openNeighbourhood>>

/** Resolves when the mesh is connected to at least `peers` viewers. */
export async function untilPeers({ mesh }: Member, peers: number): Promise<void> {
  while (mesh.stats.peers < peers) await mesh.next('change')
}

/** Resolves when the mesh has received at least `haves` HAVE messages. */
export async function untilHaves(member: Member, haves: number): Promise<void> {
  while (member.haves < haves) await member.mesh.next('have')
}

/** Replaces the HTTP gateway of a relay. `served` is the number of segments that it has sent. */
export class Gateway {
  served = 0
  readonly #tookMs: number

  constructor(tookMs = 20) {
    this.#tookMs = tookMs
  }

  /** `spareMs`: time until the player's deadline. */
  request({ segment, data }: Held, { spareMs = 2_000, signal = new AbortController().signal } = {}) {
    return {
      ...{ segment, byteLength: data.length, deadlineMs: performance.now() + spareMs, signal },
      fromGateway: async (cancelled: AbortSignal) => {
        const startMs = performance.now()
        await new Promise((resolve) => setTimeout(resolve, this.#tookMs))
        cancelled.throwIfAborted()
        this.served++
        const endMs = performance.now()
        return { data: Uint8Array.from(data), startMs, firstByteMs: endMs, endMs }
      },
    }
  }
}
