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
const announceIntervalMs = { wanting: 300, content: 1_000 }

export type Member = { mesh: Mesh; room: Room; id: Hex; cuts: string[]; haves: number }

/** One stream's room on a real tracker, with real connections and real signatures. */
export async function openNeighbourhood(webRtc: NodeWebRtc) {
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

  const enter = (wantedChannels = 16) => {
    const transport = createNodeTransport(webRtc)
    const infoHash = StreamId.infoHash(streamId)
    const room = transport.join({ infoHash, trackers: [tracker.url], announceIntervalMs, wantedChannels })
    rooms.push(room)
    return { room, id: transport.peerId }
  }

  return {
    streamId,
    tracker,
    asRelay: {
      role: 'relay',
      sign: (hello) => Hello.sign(hello, relayKey, domain),
    } satisfies Partial<GreetOptions>,

    /** Of the source; its payload is random. */
    async segment(sequenceNumber: number, bytes = 200_000): Promise<Held> {
      const data = randomBytes(random, bytes)
      const times = { startTimeMs: BigInt(sequenceNumber) * 2_000n, durationMs: 2_000 }
      const header = { streamId, sequenceNumber: BigInt(sequenceNumber), ...times }
      const segment = await Segment.sign({ ...header, dataHash: await PayloadTree.hash(data) }, streamKey, domain)
      return { segment, data }
    },

    /** A viewer of ours, or a relay. */
    join({ hello = {}, ...options }: Partial<MeshOptions> & { hello?: Partial<GreetOptions> } = {}): Member {
      const { room, id } = enter()
      const verify = Segment.verifyPayload
      const mesh = new Mesh({ room, selfId: id, greeting: { ...greeting, ...hello }, verify, ...options })
      const member: Member = { mesh, room, id, cuts: [], haves: 0 }
      mesh.on('cut', ({ name }) => member.cuts.push(name))
      mesh.on('have', () => {
        member.haves++
      })
      return member
    },

    /** A stranger who speaks the protocol and does as he likes with each peer that he meets. */
    stranger(act: (peer: Peer) => void) {
      const { room, id } = enter()
      room.on('channel', (channel) => {
        greet(channel, greeting).then(act, () => undefined)
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

/** Resolves when a mesh is connected to so many viewers. */
export async function meets({ mesh }: Member, peers: number): Promise<void> {
  while (mesh.stats.peers < peers) await mesh.next('change')
}

/** Resolves when peers have said so often what they hold. */
export async function hears(member: Member, haves: number): Promise<void> {
  while (member.haves < haves) await member.mesh.next('have')
}

/** A relay of HTTP as the mesh sees it. Counts whom it serves. */
export class Gateway {
  served = 0
  readonly #lastsMs: number

  constructor(lastsMs = 20) {
    this.#lastsMs = lastsMs
  }

  /** `spareMs`: what the player has left. */
  request({ segment, data }: Held, { spareMs = 2_000, signal = new AbortController().signal } = {}) {
    return {
      ...{ segment, byteLength: data.length, deadlineMs: performance.now() + spareMs, signal },
      fromGateway: async (cancelled: AbortSignal) => {
        const startMs = performance.now()
        await new Promise((resolve) => setTimeout(resolve, this.#lastsMs))
        cancelled.throwIfAborted()
        this.served++
        const endMs = performance.now()
        return { data: Uint8Array.from(data), startMs, firstByteMs: endMs, endMs }
      },
    }
  }
}
