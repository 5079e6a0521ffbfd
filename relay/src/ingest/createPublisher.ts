import { Hello } from '@lp/contracts/protocol'
import { isAddressEqual } from 'viem'
import type { Candidate } from '../chain/StreamDirectory'
import { greet } from '../mesh/greet'
import type { Transport } from '../mesh/Transport'
import type { BinarySocketConstructor } from '../mesh/WebSocketChannel'
import { Meeting } from './Meeting'
import { Publisher, type PublisherOptions } from './Publisher'
import * as IngestRoom from './room'

export type Publishing = {
  publisher: Publisher
  /**
   * Call this method when a reorganisation has changed the draw. Connects to the relays of new candidates, and leaves the relays of
   * transcoders that are not drawn now.
   */
  redraw(candidates: readonly Candidate[]): void
  /** Closes the connections to all relays. */
  leave(): void
}

type Ways = {
  /** `undefined`: WebRTC is not possible here, so WebSocket is tried immediately. */
  transport: Transport | undefined
  /** Default: the global `WebSocket`. Where there is none, as in Node 20, the stream can only use WebRTC. */
  WebSocket?: BinarySocketConstructor | undefined
  /** WebSocket is tried when WebRTC has given no connection after this time. Default 5 s. */
  socketAfterMs?: number
}

/** Makes a publisher that meets its candidates at their own relays, over WebRTC or, where WebRTC does not pass, over WebSocket. */
export function createPublisher({
  transport,
  WebSocket = globalThis.WebSocket,
  socketAfterMs = 5_000,
  candidates,
  ...options
}: Omit<PublisherOptions, 'candidates'> & Ways & { candidates: readonly Candidate[] }): Publishing {
  const { streamId, streamKey, domain, jobId } = options
  let drawn = addressesOf(candidates)
  const publisher = new Publisher({ ...options, candidates: drawn })
  /** One meeting for each relay, by its service URI. A candidate that is also in the new draw keeps its connection. */
  const meetings = new Map<string, Meeting>()

  const meet = (serviceUri: string) =>
    new Meeting({
      ...{ serviceUri, jobId, transport, WebSocket, socketAfterMs, infoHash: IngestRoom.infoHash(streamId) },
      greet: (channel) =>
        greet(channel, {
          streamId,
          role: 'broadcaster',
          capabilities: ['parts'],
          sign: (hello) => Hello.sign(hello, streamKey, domain),
          recover: (hello, signature) => Hello.recover(hello, signature, domain),
          isRelay: (address) => drawn.some((candidate) => isAddressEqual(candidate, address)),
        }),
      onPeer: (peer) => publisher.add(peer),
    })

  function meetAll(relays: readonly string[]): void {
    for (const [relay, meeting] of meetings) if (!relays.includes(relay) && meetings.delete(relay)) meeting.leave()
    for (const relay of relays) if (!meetings.has(relay)) meetings.set(relay, meet(relay))
  }

  meetAll(relaysOf(candidates))
  return {
    publisher,
    redraw(candidates) {
      drawn = addressesOf(candidates)
      publisher.redraw(drawn)
      meetAll(relaysOf(candidates))
    },
    leave: () => meetAll([]),
  }
}

const addressesOf = (candidates: readonly Candidate[]) => candidates.map(({ address }) => address)

const relaysOf = (candidates: readonly Candidate[]) => candidates.flatMap(({ serviceUri }) => serviceUri ?? [])
