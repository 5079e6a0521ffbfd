import { Hello, StreamId } from '@lp/contracts/protocol'
import { isAddressEqual } from 'viem'
import type { Candidate } from '../chain/StreamDirectory'
import { greet } from '../mesh/Peer'
import type { Transport } from '../mesh/Transport'
import { Publisher, type PublisherOptions } from './Publisher'
import { trackersOf } from './trackers'

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
  const room = transport.join({ infoHash: StreamId.infoHash(streamId), trackers: trackersOf(candidates) })
  room.on('channel', (channel) => {
    greet(channel, {
      streamId,
      role: 'broadcaster',
      sign: (hello) => Hello.sign(hello, streamKey, domain),
      recover: (hello, signature) => Hello.recover(hello, signature, domain),
      isRelay: (address) => addresses.some((candidate) => isAddressEqual(candidate, address)),
    }).then(
      (peer) => publisher.add(peer),
      // Whoever does not get through the greeting is cut off by it.
      () => undefined,
    )
  })
  return { publisher, leave: () => room.leave() }
}
