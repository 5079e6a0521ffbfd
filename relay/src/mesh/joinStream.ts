import { Hello, Part, Segment, StreamId, type typedData } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Accounting } from './Accounting'
import { Mesh, type MeshOptions } from './Mesh'
import type { RoomOptions, Transport } from './Transport'

export type JoinOptions = Omit<RoomOptions, 'infoHash'> & {
  streamId: StreamId.StreamId
  domain: typedData.Domain
  transport: Transport
  /** Signs our HELLO with the registered key of a relay. With neither this option nor `signAsBroadcaster`, we are a viewer. */
  signAsRelay?: ((hello: Hello.Hello) => Promise<Hex>) | undefined
  /** Signs our HELLO with the stream key. Without this option, we are not the broadcaster. */
  signAsBroadcaster?: ((hello: Hello.Hello) => Promise<Hex>) | undefined
  /** As in `Mesh`. */
  keyDesk?: MeshOptions['keyDesk']
  /** Whether this address belongs to a relay of the stream. Default: `false` for every address. */
  isRelay?: MeshOptions['greeting']['isRelay']
  /** Default `Segment.verifyPayload`. */
  verify?: MeshOptions['verify']
  /** `MeshOptions.onlyRelays`. Default `false`. */
  onlyRelays?: boolean
  pieces?: Omit<NonNullable<MeshOptions['pieces']>, 'verifier'>
  /** Default: everything is free, and we pay nothing. */
  payments?: MeshPayments | undefined
}

export type MeshPayments = {
  accounting: Accounting
  /**
   * We pay and are paid under this key. A viewer signs its HELLO with this key; a relay signs with its registered key. `undefined`: we only
   * read messages about payments, such as a price.
   */
  key?: typedData.Signer | undefined
}

/** Joins the room of a stream, in which the viewers exchange segments. */
export function joinStream({
  streamId,
  domain,
  transport,
  signAsRelay,
  signAsBroadcaster,
  keyDesk,
  isRelay,
  onlyRelays = false,
  verify = Segment.verifyPayload,
  pieces,
  payments,
  ...room
}: JoinOptions): Mesh {
  const key = payments?.key
  const sign = signAsRelay ?? signAsBroadcaster ?? (key && ((hello: Hello.Hello) => Hello.sign(hello, key, domain)))
  return new Mesh({
    keyDesk,
    selfId: transport.peerId,
    room: transport.join({ infoHash: StreamId.infoHash(streamId), ...room }),
    greeting: {
      ...{ streamId, role: signAsRelay ? 'relay' : signAsBroadcaster ? 'broadcaster' : 'viewer' },
      ...(sign && { sign }),
      ...(payments && { capabilities: ['payments'] as const }),
      ...(key && { paymentKey: key.address }),
      ...(isRelay && { isRelay }),
      recover: (hello, signature) => Hello.recover(hello, signature, domain),
    },
    ...{ verify, onlyRelays },
    ...(payments && { accounting: payments.accounting }),
    pieces: {
      ...pieces,
      verifier: { part: (part) => Part.verify(part, domain), segment: (segment) => Segment.verify(segment, domain) },
    },
  })
}
