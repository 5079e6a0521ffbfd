import { Hello } from '@lp/contracts/protocol'
import { isAddressEqual } from 'viem'
import type { Candidate } from '../chain/StreamDirectory'
import { trackersOf } from '../chain/trackers'
import { greet } from '../mesh/greet'
import type { Room, Transport } from '../mesh/Transport'
import { Publisher, type PublisherOptions } from './Publisher'
import * as IngestRoom from './room'

export type Publishing = {
  publisher: Publisher
  /** A replaced block has made the draw anew: goes to where the drawn are now, and leaves those that are drawn no more. */
  redraw(candidates: readonly Candidate[]): void
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
  let drawn = addressesOf(candidates)
  const publisher = new Publisher({ ...options, candidates: drawn })
  /** By tracker: who stays drawn keeps its channel. */
  const rooms = new Map<string, Room>()

  function enter(tracker: string): Room {
    const room = transport.join({ infoHash: IngestRoom.infoHash(streamId), trackers: [tracker] })
    room.on('channel', (channel) => {
      greet(channel, {
        streamId,
        role: 'broadcaster',
        sign: (hello) => Hello.sign(hello, streamKey, domain),
        recover: (hello, signature) => Hello.recover(hello, signature, domain),
        isRelay: (address) => drawn.some((candidate) => isAddressEqual(candidate, address)),
      }).then(
        // Whoever is no candidate would hold a channel that a candidate needs.
        (peer) => (peer.role === 'relay' ? publisher.add(peer) : room.avoid(peer.id)),
        // Whoever does not get through the greeting is cut off by it.
        () => undefined,
      )
    })
    return room
  }

  function meet(trackers: readonly string[]): void {
    for (const [tracker, room] of rooms) if (!trackers.includes(tracker) && rooms.delete(tracker)) room.leave()
    for (const tracker of trackers) if (!rooms.has(tracker)) rooms.set(tracker, enter(tracker))
  }

  meet(trackersOf(candidates))
  return {
    publisher,
    redraw(candidates) {
      drawn = addressesOf(candidates)
      publisher.redraw(drawn)
      meet(trackersOf(candidates))
    },
    leave: () => meet([]),
  }
}

const addressesOf = (candidates: readonly Candidate[]) => candidates.map(({ address }) => address)
