import type { Segment, StreamId, typedData } from '@lp/contracts/protocol'
import { type Address, isAddressEqual } from 'viem'
import { iceServersOf } from '../chain/iceServers'
import type { Servers } from '../chain/Servers'
import { trackersOf } from '../chain/trackers'
import { createTransport } from '../mesh/createTransport'
import { type JoinOptions, joinStream, type MeshPayments } from '../mesh/joinStream'
import type { Mesh } from '../mesh/Mesh'
import type { PieceRelay } from '../mesh/pieces/Sharing'
import type { Transport } from '../mesh/Transport'
import type { Candidate } from './Directory'
import { type Hints, none as noHints } from './Hints'

export type SharingOptions = {
  streamId: StreamId.StreamId
  domain: typedData.Domain
  /**
   * The transcoders that are drawn for the job. We use their gateways as trackers. Bytes from a peer with a candidate's key count as bytes
   * from relays.
   */
  candidates: readonly Candidate[]
  /** Trackers, STUN and TURN servers, in addition to the servers of the candidates. Default: none. */
  servers?: Servers | undefined
  verifyPayload: typeof Segment.verifyPayload
  /** Default: none. */
  hints?: Hints | undefined
  /** Where the mesh gets the pieces that no viewer holds. `undefined`: the mesh gets pieces only from its members. */
  relay: PieceRelay | undefined
  /** Default: everything is free, and we pay nothing. */
  payments?: MeshPayments | undefined
  /** Whether an address that is not a candidate's address belongs to a relay. Default: `false` for every address. */
  isRelay?(address: Address): Promise<boolean>
  /** Makes us a relay that carries the stream for others: signs our HELLO with our registered key. Default: we are a viewer. */
  signAsRelay?: JoinOptions['signAsRelay']
  /** Default: the browser's WebRTC. */
  transport?: Transport | undefined
  onChange(): void
  /**
   * Called with the error of each banned peer, each wrong piece of a relay, and each level whose key signed two contents of one segment.
   */
  refuse(error: unknown): void
}

/** The mesh searches for more viewers until 8 channels are open. It accepts up to 16 channels, so that enough remain when viewers leave. */
const wantedChannels = 8
const maxChannels = 16

/** Joins the viewers' mesh of a stream. This is a separate module, so that a page can play before it has loaded WebRTC. */
export function joinViewers(options: SharingOptions): Mesh {
  const { streamId, domain, candidates, servers, hints = noHints, verifyPayload, relay, onChange, refuse } = options
  const { payments, signAsRelay } = options
  const mesh = joinStream({
    ...{ streamId, domain, verify: verifyPayload, pieces: { relay, isCarrier: signAsRelay !== undefined } },
    ...{ payments, signAsRelay },
    transport: options.transport ?? createTransport({ iceServers: iceServersOf(candidates, servers) }),
    ...{ trackers: [...trackersOf(candidates, servers), ...hints.trackers], relays: hints.relays },
    ...{ wantedChannels, maxChannels },
    isRelay: (address) =>
      candidates.some((candidate) => isAddressEqual(candidate.address, address)) ||
      (options.isRelay?.(address) ?? false),
  })
  mesh.on('change', onChange)
  mesh.on('banned', refuse)
  mesh.pieces?.on('fault', refuse)
  mesh.pieces?.on('contradicted', (_, error) => refuse(error))
  return mesh
}
