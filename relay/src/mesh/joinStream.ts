import { Hello, Part, Segment, StreamId, type typedData } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { Mesh, type MeshOptions } from './Mesh'
import type { RoomOptions, Transport } from './Transport'

export type JoinOptions = Omit<RoomOptions, 'infoHash'> & {
  streamId: StreamId.StreamId
  domain: typedData.Domain
  transport: Transport
  /** Signs our HELLO with the registered key of a relay. Without this option, we are a viewer. */
  signAsRelay?: ((hello: Hello.Hello) => Promise<Hex>) | undefined
  /** Whether this address belongs to a relay of the stream. Default: `false` for every address. */
  isRelay?: MeshOptions['greeting']['isRelay']
  /** Default `Segment.verifyPayload`. */
  verify?: MeshOptions['verify']
  pieces?: Omit<NonNullable<MeshOptions['pieces']>, 'verifier'>
}

/** Joins the room of a stream, in which the viewers exchange segments. */
export function joinStream({
  streamId,
  domain,
  transport,
  signAsRelay,
  isRelay,
  verify = Segment.verifyPayload,
  pieces,
  ...room
}: JoinOptions): Mesh {
  return new Mesh({
    selfId: transport.peerId,
    room: transport.join({ infoHash: StreamId.infoHash(streamId), ...room }),
    greeting: {
      ...{ streamId, role: signAsRelay ? 'relay' : 'viewer' },
      ...(signAsRelay && { sign: signAsRelay }),
      ...(isRelay && { isRelay }),
      recover: (hello, signature) => Hello.recover(hello, signature, domain),
    },
    verify,
    pieces: {
      ...pieces,
      verifier: { part: (part) => Part.verify(part, domain), segment: (segment) => Segment.verify(segment, domain) },
    },
  })
}
