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
  /**
   * A replaced block has changed the draw: joins the room at the trackers of new candidates, and leaves the room at the trackers
   * of transcoders that are not drawn now.
   */
  redraw(candidates: readonly Candidate[]): void
  /** Leaves the stream's ingest room at all trackers. */
  leave(): void
}

/** Makes a publisher that meets its candidates in the stream's ingest room, at the candidates' own trackers. */
export function createPublisher({
  transport,
  candidates,
  ...options
}: Omit<PublisherOptions, 'candidates'> & { transport: Transport; candidates: readonly Candidate[] }): Publishing {
  const { streamId, streamKey, domain } = options
  let drawn = addressesOf(candidates)
  const publisher = new Publisher({ ...options, candidates: drawn })
  /** One room for each tracker, by URL. So a candidate that is drawn again keeps its channel. */
  const rooms = new Map<string, Room>()

  function joinRoom(tracker: string): Room {
    const room = transport.join({ infoHash: IngestRoom.infoHash(streamId), trackers: [tracker] })
    room.on('channel', (channel) => {
      greet(channel, {
        streamId,
        role: 'broadcaster',
        sign: (hello) => Hello.sign(hello, streamKey, domain),
        recover: (hello, signature) => Hello.recover(hello, signature, domain),
        isRelay: (address) => drawn.some((candidate) => isAddressEqual(candidate, address)),
      }).then(
        // A peer that is not a candidate would use a channel that a candidate needs.
        (peer) => (peer.role === 'relay' ? publisher.add(peer) : room.avoid(peer.id)),
        // `greet` has closed the channel.
        () => undefined,
      )
    })
    return room
  }

  function joinRooms(trackers: readonly string[]): void {
    for (const [tracker, room] of rooms) if (!trackers.includes(tracker) && rooms.delete(tracker)) room.leave()
    for (const tracker of trackers) if (!rooms.has(tracker)) rooms.set(tracker, joinRoom(tracker))
  }

  joinRooms(trackersOf(candidates))
  return {
    publisher,
    redraw(candidates) {
      drawn = addressesOf(candidates)
      publisher.redraw(drawn)
      joinRooms(trackersOf(candidates))
    },
    leave: () => joinRooms([]),
  }
}

const addressesOf = (candidates: readonly Candidate[]) => candidates.map(({ address }) => address)
