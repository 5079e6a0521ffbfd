import { Hello } from '@lp/contracts/protocol'
import { isAddressEqual } from 'viem'
import type { Candidate } from '../chain/StreamDirectory'
import { trackersOf } from '../chain/trackers'
import { greet } from '../mesh/Peer'
import type { Transport } from '../mesh/Transport'
import { Publisher, type PublisherOptions } from './Publisher'
import * as IngestRoom from './room'

export type Publishing = {
  publisher: Publisher
  /** Leaves the stream's room. */
  leave(): void
}

/** A publisher that meets its candidates in the stream's room, on their own trackers. */
export function createPublisher({
  transport,
  candidates,
  ...options
}: Omit<PublisherOptions, 'candidates'> & { transport: Transport; candidates: readonly Candidate[] }): Publishing {
  const { streamId, streamKey, domain } = options
  const addresses = candidates.map(({ address }) => address)
  const publisher = new Publisher({ ...options, candidates: addresses })
  const room = transport.join({ infoHash: IngestRoom.infoHash(streamId), trackers: trackersOf(candidates) })
  room.on('channel', (channel) => {
    greet(channel, {
      streamId,
      role: 'broadcaster',
      sign: (hello) => Hello.sign(hello, streamKey, domain),
      recover: (hello, signature) => Hello.recover(hello, signature, domain),
      isRelay: (address) => addresses.some((candidate) => isAddressEqual(candidate, address)),
    }).then(
      // Whoever is no candidate would hold a channel that a candidate needs.
      (peer) => (peer.role === 'relay' ? publisher.add(peer) : room.avoid(peer.id)),
      // Whoever does not get through the greeting is cut off by it.
      () => undefined,
    )
  })
  return { publisher, leave: () => room.leave() }
}
