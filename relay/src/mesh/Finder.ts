import type { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Channel } from './Channel'

/** A session description with the id of an offer. An answer has the id of the offer that it answers. */
export type Offer = { offerId: Hex; sdp: string }
/** An offer of a peer, or the answer of a peer to our offer `offerId`. The id of the peer is not proven. */
export type Call = Offer & { peerId: Hex }

/** The port through which a room finds peers. Each finder uses one way: a tracker, introductions by neighbours, or a known address. */
export type Finder = {
  /**
   * The number of channels that only the peers of this finder can take. So another finder that returns only attackers cannot take all
   * channels. Default 0.
   */
  readonly reserved?: number
  /** Begins to search. The room calls it once. */
  start(connections: Connections): void
  /** Searches again. The room calls this method when a channel has closed, or when an attempt to connect has failed. */
  search(): void
  close(): void
}

/** The part of a room that a finder uses: the room connects to the peers that the finder has found. */
export type Connections = {
  /** All open channels of the room, by peer id. */
  readonly channels: ReadonlyMap<Hex, Channel>
  /** The number of open channels and attempts to connect. */
  readonly taken: number
  /** The largest number of channels and attempts of the room together. */
  readonly limit: number
  /** Whether the room has as many channels as it wants. */
  readonly isSatisfied: boolean
  /** Whether the room can open one more channel to a peer of this finder. */
  readonly canOpen: boolean
  /** How many more channels the room wants. Counts attempts that began a short time ago as channels. 0 if `canOpen` is false. */
  readonly missing: number
  /** The number of channels and attempts whose peers this finder has found. */
  readonly found: number
  /** The number of this finder's offers that no peer has answered yet. */
  readonly unanswered: number
  /** Whether the room could connect to this peer now. */
  accepts(peerId: Hex): boolean
  /**
   * Makes an offer that one peer can answer in the next 15 s. `undefined`: the offer could not be made. The room has then reported the
   * fault, unless we have left the room.
   */
  offer(): Promise<Offer | undefined>
  /** Drops an offer that no peer has answered. */
  withdraw(offerId: Hex): void
  /** A peer answers our offer. Resolves to whether a channel has opened. Never rejects. */
  accept(answer: Call): Promise<boolean>
  /** A peer offers a connection. `reply` sends our answer to the peer. Resolves to whether a channel has opened. Never rejects. */
  answer(offer: Call, reply: (sdp: string) => void): Promise<boolean>
  /** Connects to a peer without an offer. Resolves to whether a channel has opened. Never rejects. */
  dial(peerId: Hex, build: (signal: AbortSignal) => Promise<Channel>): Promise<boolean>
  /** Reports a fault that the finder has handled. */
  report(error: ProtocolError): void
}
