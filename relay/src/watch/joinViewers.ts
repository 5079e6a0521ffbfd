import { Hello, type Segment, StreamId, type typedData } from '@lp/contracts/protocol'
import { isAddressEqual } from 'viem'
import { iceServersOf } from '../chain/iceServers'
import { trackersOf } from '../chain/trackers'
import { createTransport } from '../mesh/createTransport'
import { Mesh } from '../mesh/Mesh'
import type { Transport } from '../mesh/Transport'
import type { Candidate } from './Directory'

export type SharingOptions = {
  streamId: StreamId.StreamId
  domain: typedData.Domain
  /** Their gateways are our trackers, and they are the relays whose bytes are no viewers' bytes. */
  candidates: readonly Candidate[]
  verifyPayload: typeof Segment.verifyPayload
  /** Default: the browser's WebRTC. */
  transport?: Transport | undefined
  onChange(): void
  /** Told of every peer that was cut off, by what it did. */
  refuse(error: unknown): void
}

/** So many channels are sought, and twice as many held: churn leaves enough. */
const wantedChannels = 8
const maxChannels = 16

/** Joins the viewers' room of a stream. A module of its own, so that a page plays before it loads WebRTC. */
export function joinViewers(options: SharingOptions): Mesh {
  const { streamId, domain, candidates, verifyPayload, onChange, refuse } = options
  const transport = options.transport ?? createTransport({ iceServers: iceServersOf(candidates) })
  const mesh = new Mesh({
    selfId: transport.peerId,
    room: transport.join({
      infoHash: StreamId.infoHash(streamId),
      trackers: trackersOf(candidates),
      ...{ wantedChannels, maxChannels },
    }),
    greeting: {
      streamId,
      role: 'viewer',
      recover: (hello, signature) => Hello.recover(hello, signature, domain),
      isRelay: (address) => candidates.some((candidate) => isAddressEqual(candidate.address, address)),
    },
    verify: verifyPayload,
  })
  mesh.on('change', onChange)
  mesh.on('banned', refuse)
  return mesh
}
